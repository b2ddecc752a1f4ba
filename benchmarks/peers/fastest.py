"""The fastest pipeline that can be put together from parts, with the channels of searchkit.

PyYAML's C loader for the front matter, selectolax for the text, rjieba for words, tantivy for the index: words
with frequencies, Han characters and blocks with positions, pairs of Han characters, and the stored text. Two
processes read and analyse; this one writes.

    python -m benchmarks.peers.fastest FOLDER INDEX    index the folder, print how many articles
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import rjieba
import tantivy
import yaml
from selectolax.lexbor import LexborHTMLParser

from benchmarks.corpora import articles_of

FIELDS = ("title", "tags", "author", "body")
_PROCESSES, _CHUNK, _HEAP = 2, 16, 256_000_000
_TOKEN = re.compile("[\u3400-\u9fff]|[^\\W\\d_\u3400-\u9fff]+|\\d+|[^\\w\\s]|_")
_HAN = re.compile("[\u3400-\u9fff]+")


def build(folder: Path, place: Path) -> int:
    """Index every article of *folder*; how many there were."""
    place.mkdir(parents=True, exist_ok=True)
    writer = tantivy.Index(make_schema(), path=str(place)).writer(heap_size=_HEAP, num_threads=1)
    count = 0
    paths = articles_of(folder)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        for values in pool.map(analyse, paths, chunksize=_CHUNK):
            writer.add_document(tantivy.Document(**values))
            count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def make_schema() -> tantivy.Schema:
    """A field for each channel of each field, and the stored text."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(f"{name}_words", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(f"{name}_characters", tokenizer_name="whitespace", index_option="position")
        builder.add_text_field(f"{name}_pairs", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field(name, stored=True, indexed=False)
    return builder.build()


def analyse(path: Path) -> dict[str, str | bytes]:
    """The channels of an article, their terms joined by blanks, and its text in UTF-8."""
    values: dict[str, str | bytes] = {}
    for name, text in read(path).items():
        lowered = text.lower()
        values[name] = text.encode("utf-8", "replace")
        values[f"{name}_words"] = " ".join(w for w in rjieba.cut_for_search(lowered) if not w.isspace())
        values[f"{name}_characters"] = " ".join(_TOKEN.findall(lowered))
        values[f"{name}_pairs"] = " ".join(_pairs(lowered))
    return values


def read(path: Path) -> dict[str, str]:
    """The fields of a file."""
    raw = path.read_bytes().decode("utf-8", "replace")
    _, head, body = raw.split("---\n", 2) if raw.startswith("---\n") and raw.count("---\n") > 1 else ("", "", raw)
    try:
        metadata = yaml.load(head, yaml.CSafeLoader) or {}
    except yaml.YAMLError:
        metadata = {}
    if not isinstance(metadata, dict):
        metadata = {}
    tags = metadata.get("tags") or []
    return {
        "title": str(metadata.get("title") or path.stem),
        "tags": " ".join(map(str, tags)) if isinstance(tags, list) else str(tags),
        "author": str(metadata.get("author") or ""),
        "body": LexborHTMLParser(body).text(separator="\n"),
    }


def _pairs(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        yield from (a + b for a, b in pairwise(run))


if __name__ == "__main__":
    print(json.dumps({"articles": build(Path(sys.argv[1]), Path(sys.argv[2]))}))
