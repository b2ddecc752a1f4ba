"""One file of the folder changed: `reindex`, then found by a new reader; one article; beside it tantivy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import count
from typing import Any

import tantivy

import searchkit
from benchmarks.articles import iter_articles
from benchmarks.checks import check, check_found
from benchmarks.corpora import append, articles_of, cache, count_articles, index_folder, linked_corpus
from benchmarks.measuring import Cost, measure, take_turns
from benchmarks.results import Row

Articles = list[searchkit.Article]


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. Changes follow each other on one folder and one index."""
    held = list(iter_articles(index_folder(times)))
    folder, program, peer = _Folder(times), _Program(times, held), _Tantivy(held)
    peers = {
        "one": folder.change,
        "none": folder.unchanged,
        "program": program.change,
        "tantivy": peer.change,
    }
    costs = take_turns(runs, peers)
    articles = count_articles(times)
    one, none, single, theirs = (costs[name] for name in peers)
    bar, aim = (60.0, 25.0) if times == 1 else (None, None)
    rows = [
        Row("one file changed, reindexed and found, CPU", articles, "ms", one.cpu * 1e3, "tantivy, one document",
            theirs.cpu * 1e3, of="ours", bar=bar, aim=aim),
        Row("one file changed, reindexed and found, wall", articles, "ms", one.wall * 1e3, "tantivy, one document",
            theirs.wall * 1e3),
        Row("reindex with no file changed, CPU", articles, "ms", none.cpu * 1e3),
        Row("reindex with no file changed, wall", articles, "ms", none.wall * 1e3),
        Row("`searchkit.update` of one article, CPU", articles, "ms", single.cpu * 1e3),
        Row("`searchkit.update` of one article, wall", articles, "ms", single.wall * 1e3),
    ]  # fmt: skip
    return rows, {"runs": runs}


class _Folder:
    """A copy of the corpus, and an index of it."""

    def __init__(self, times: int) -> None:
        home = cache() / "update"
        self._corpus, self._index = linked_corpus(times, home / "corpus"), home / "index"
        shutil.rmtree(self._index, ignore_errors=True)
        shutil.copytree(index_folder(times), self._index)
        searchkit.reindex(self._corpus, self._index)
        self._path = articles_of(self._corpus)[0]
        self._marks = count()

    def change(self) -> Cost:
        """The cost of a reindex after one file has changed, of opening the index, and of finding the new word."""
        path, mark = self._path, f"marknumber{next(self._marks)}x"
        append(path, f"\n\n{mark}\n")

        def find() -> tuple[int, list[str]]:
            report = searchkit.reindex(self._corpus, self._index)
            with searchkit.open_index(self._index) as index:
                return report.read, [hit.id for hit in index.search(mark).hits]

        (read, found), cost = measure(find)
        check(read == 1, f"one file was changed, and {read} were read")
        check_found("the changed file", path.relative_to(self._corpus).as_posix(), found)
        return cost

    def unchanged(self) -> Cost:
        """The cost of a reindex after nothing has changed."""
        report, cost = measure(lambda: searchkit.reindex(self._corpus, self._index))
        check(report.read == 0, f"no file was changed, and {report.read} were read")
        return cost


class _Program:
    """A program with *articles* and an index of them."""

    def __init__(self, times: int, articles: Articles) -> None:
        self._index = cache() / "update" / "program"
        shutil.rmtree(self._index, ignore_errors=True)
        shutil.copytree(index_folder(times), self._index)
        self._articles = iter(articles)
        self._marks = count()

    def change(self) -> Cost:
        """The cost of an update of one article, which is found then."""
        article, mark = next(self._articles), f"marknumber{next(self._marks)}x"
        changed = replace(article, body=f"{article.body}\n{mark}")
        report, cost = measure(lambda: searchkit.update(changed, self._index))
        check(report.updated == 1, f"one article was changed, and {report.updated} were updated")
        with searchkit.open_index(self._index) as index:
            check_found("the updated article", article.id, index.ids(mark))
        return cost


class _Tantivy:
    """The same articles in tantivy: an id, and title and body as characters, one writer kept open."""

    def __init__(self, articles: Articles) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw", stored=True)
        for name in ("title", "body"):
            builder.add_text_field(name, tokenizer_name="whitespace", stored=True)
        folder = cache() / "update" / "tantivy"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._index = tantivy.Index(builder.build(), path=str(folder))
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)
        for article in articles:
            self._writer.add_document(_document(article))
        self._writer.commit()
        self._articles = iter(articles)
        self._marks = count()

    def change(self) -> Cost:
        """The cost of changing one article and finding it."""
        article, mark = next(self._articles), f"marknumber{next(self._marks)}x"
        document = _document(article, mark)

        def find() -> list[str]:
            self._writer.delete_documents_by_term("id", article.id)
            self._writer.add_document(document)
            self._writer.commit()
            self._index.reload()
            searcher = self._index.searcher()
            query: Any = tantivy.Query.term_query(self._index.schema, "body", mark)
            return [str(searcher.doc(address)["id"][0]) for _, address in searcher.search(query, 10).hits]

        found, cost = measure(find)
        check_found("tantivy: the changed article", article.id, found)
        return cost


def _document(article: searchkit.Article, mark: str = "") -> tantivy.Document:
    """An article as characters, after a *mark*."""
    body = f"{mark} {' '.join(article.body)}".strip()
    return tantivy.Document(id=[article.id], title=[" ".join(article.title)], body=[body])
