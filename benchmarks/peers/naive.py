"""What a Python user writes today: python-frontmatter, BeautifulSoup, jieba's analyzer for Whoosh, one process.

python -m benchmarks.peers.naive index FOLDER INDEX LIST    index the files that LIST names, print what it took
python -m benchmarks.peers.naive search INDEX QUERY         print ten hits with highlights
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import frontmatter
from bs4 import BeautifulSoup
from jieba.analyse import ChineseAnalyzer
from whoosh import fields, index
from whoosh.qparser import MultifieldParser

FIELDS = ("title", "tags", "body")


def build(folder: Path, place: Path, names: list[str]) -> dict[str, float]:
    """Index the files *names* below *folder*; seconds of CPU and of the clock, once the dictionary is loaded."""
    analyzer = ChineseAnalyzer()
    list(analyzer("词典"))
    cpu, wall = time.process_time(), time.perf_counter()
    text = fields.TEXT(stored=True, analyzer=analyzer)
    schema = fields.Schema(path=fields.ID(stored=True, unique=True), **dict.fromkeys(FIELDS, text))
    place.mkdir(parents=True, exist_ok=True)
    writer = index.create_in(str(place), schema).writer()
    for name in names:
        writer.add_document(path=name, **read(folder / name))
    writer.commit()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "articles": float(len(names))}


def read(path: Path) -> dict[str, str]:
    """The fields of a file; one whose front matter is broken is all body."""
    raw = path.read_text(encoding="utf-8", errors="replace")
    try:
        metadata, content = frontmatter.parse(raw)
    except Exception:  # noqa: BLE001  # what the parser of YAML raises is not its own
        metadata, content = {}, raw
    tags = metadata.get("tags") or []
    return {
        "title": str(metadata.get("title") or path.stem),
        "tags": " ".join(map(str, tags)) if isinstance(tags, list) else str(tags),
        "body": BeautifulSoup(content, "html.parser").get_text(),
    }


def search(place: Path, query: str) -> list[dict[str, str]]:
    """Ten hits with what was highlighted in their bodies."""
    opened = index.open_dir(str(place))
    parsed = MultifieldParser(list(FIELDS), opened.schema).parse(query)
    with opened.searcher() as searcher:
        hits = searcher.search(parsed, limit=10)
        return [{"path": hit["path"], "title": hit["title"], "text": hit.highlights("body")} for hit in hits]


def main(words: list[str]) -> None:
    """Do what the words of the command say."""
    if words[0] == "index":
        names = Path(words[3]).read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        print(json.dumps(build(Path(words[1]), Path(words[2]), names)))
        return
    for number, hit in enumerate(search(Path(words[1]), words[2]), 1):
        print(number, hit["title"], hit["path"], hit["text"], sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
