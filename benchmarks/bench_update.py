"""One article changed, published and found by a new reader: the engine's writer alone, and a whole reindex."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.checks import check, check_found
from benchmarks.corpora import cache, corpus_folder, count_articles, index_folder
from benchmarks.measuring import Cost, measure, middle
from benchmarks.results import Row
from searchkit.analysis.analyzer import Analyzer
from searchkit.articles.read import with_digest
from searchkit.engines import load_engine
from searchkit.ingest.document import make_document

ENGINE = "whoosh"


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. Changes follow each other on one copy of the index."""
    place = _copy_of_index(times)
    with searchkit.open_index(place) as index:
        ids = sorted(index.reader.ids())
    step = max(1, len(ids) // runs)
    tantivy = _Tantivy(times, ids)
    ours, theirs = [], []
    for number in range(runs):
        changed = ids[number * step]
        ours.append(_change(place, changed, f"marknumber{number}x"))
        theirs.append(tantivy.change(changed, f"marknumber{number}x"))
    mine, other = middle(ours), middle(theirs)
    articles = count_articles(times)
    bar, aim = (60.0, 25.0) if times == 1 else (None, None)
    rows = [
        Row("one article changed, published and found, CPU", articles, "ms", mine.cpu * 1e3, "tantivy",
            other.cpu * 1e3, of="ours", bar=bar, aim=aim),
        Row("one article changed, published and found, wall", articles, "ms", mine.wall * 1e3, "tantivy",
            other.wall * 1e3, of="ours"),
    ]  # fmt: skip
    return [*rows, *_whole_reindex(times, max(1, runs // 2), articles)], {"runs": runs}


def _change(place: Path, article_id: str, mark: str) -> Cost:
    """The cost of writing an analysed article in the place of the old one, publishing, opening, and finding it."""
    engine = load_engine(ENGINE, place)
    with searchkit.open_index(place) as index:
        article = index.get(article_id)
        state, manifest, before = index.reader.state, index.reader.manifest(), len(index)
        document = make_document(
            with_digest(replace(article, body=f"{mark} {article.body}")), Analyzer(state.user_words)
        )

    def write() -> tuple[list[str], int]:
        with engine.locked(), engine.write(full=False) as writer:
            writer.remove([document.article.id])
            writer.add(engine.pack([document]))
            writer.commit(state, manifest)
        with searchkit.open_index(place) as changed:
            return [hit.id for hit in changed.search(mark, snippets=False).hits], len(changed)

    (found, after), cost = measure(write)
    check_found("the changed article", article_id, found)
    check(after == before, f"there were {before} articles, and {after} after one was changed")
    return cost


class _Tantivy:
    """The same articles in tantivy: an id, and title and body as characters, one writer kept open."""

    def __init__(self, times: int, ids: list[str]) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw", stored=True)
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="whitespace", stored=True)
        folder = cache() / "update" / "tantivy"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._index = tantivy.Index(builder.build(), path=str(folder))
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)
        self._document, self._query = tantivy.Document, tantivy.Query
        with searchkit.open_index(index_folder(times)) as index:
            for article_id in ids:
                article = index.get(article_id)
                self._writer.add_document(self._make(article_id, article.title, article.body))
        self._writer.commit()

    def change(self, article_id: str, mark: str) -> Cost:
        """The cost of changing one article and finding it."""
        document = self._make(article_id, "", mark)

        def write() -> list[str]:
            self._writer.delete_documents_by_term("id", article_id)
            self._writer.add_document(document)
            self._writer.commit()
            self._index.reload()
            searcher = self._index.searcher()
            hits = searcher.search(self._query.term_query(self._index.schema, "body", mark), 10).hits
            return [str(searcher.doc(address)["id"][0]) for _, address in hits]

        found, cost = measure(write)
        check_found("tantivy: the changed article", article_id, found)
        return cost

    def _make(self, article_id: str, title: str, body: str) -> Any:
        return self._document(id=[article_id], title=[" ".join(title)], body=[" ".join(body) if title else body])


def _whole_reindex(times: int, runs: int, articles: int) -> list[Row]:
    """`reindex` of the folder in this process, with one file changed and with none."""
    corpus, place = _linked_corpus(times), cache() / "update" / "folder-index"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(index_folder(times), place)
    searchkit.reindex(corpus, place)
    path = next(p for p in sorted(corpus.rglob("*.md")))
    costs: dict[str, list[Cost]] = {"one": [], "none": []}
    for number in range(runs):
        _append(path, f"\n\nwholemark{number}x\n")
        report, cost = measure(lambda: searchkit.reindex(corpus, place))
        check(report.read == 1, f"one file was changed, and {report.read} were read")
        with searchkit.open_index(place) as index:
            check_found("the changed file", path.relative_to(corpus).as_posix(), index.ids(f"wholemark{number}x"))
        costs["one"].append(cost)
        costs["none"].append(measure(lambda: searchkit.reindex(corpus, place))[1])
    one, none = middle(costs["one"]), middle(costs["none"])
    return [
        Row("whole reindex after one file changed, CPU", articles, "ms", one.cpu * 1e3, "with no file changed",
            none.cpu * 1e3),
        Row("whole reindex after one file changed, wall", articles, "ms", one.wall * 1e3, "with no file changed",
            none.wall * 1e3),
    ]  # fmt: skip


def _append(path: Path, text: str) -> None:
    """A new file with more text: the old one may be linked from elsewhere."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + text.encode("utf-8"))


def _linked_corpus(times: int) -> Path:
    """The corpus as hard links, so that one file can be replaced."""
    folder = cache() / "update" / "corpus"
    shutil.rmtree(folder, ignore_errors=True)

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return target

    shutil.copytree(corpus_folder(times), folder, copy_function=link)
    return folder


def _copy_of_index(times: int) -> Path:
    place = cache() / "update" / "index"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(index_folder(times), place)
    return place
