"""One file of the folder changed: `reindex`, then found by a new reader; one article; beside it tantivy."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from itertools import count
from typing import Any

import tantivy

import searchkit
from benchmarks.articles import iter_articles
from benchmarks.checks import check, check_found
from benchmarks.corpora import (
    append,
    articles_of,
    cache,
    count_articles,
    environment,
    index_folder,
    linked_corpus,
    reindex_command,
)
from benchmarks.measuring import Cost, measure, take_turns
from benchmarks.results import Row

Articles = list[searchkit.Article]
LIMITS: dict[int, dict[str, dict[str, Any]]] = {
    1: {"command": {"bar": 150.0, "aim": 90.0}, "program": {"bar": 30.0, "aim": 15.0}, "none": {"bar": 110.0}},
    10: {"none": {"bar": 800.0}},
}


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. Changes follow each other on one folder and one index."""
    held = list(iter_articles(index_folder(times)))
    folder, program, peer = _Folder(times), _Program(times, held), _Tantivy(held)
    peers = {
        "command": folder.change_by_command,
        "one": folder.change,
        "none": folder.unchanged,
        "program": program.change,
        "tantivy": peer.change,
    }
    costs = take_turns(runs, peers)
    articles = count_articles(times)
    command, one, none, single, theirs = (costs[name] for name in peers)
    limits = LIMITS.get(times, {})
    rows = [
        Row("one file changed, `searchkit reindex`, CPU", articles, "ms", command.cpu * 1e3, of="ours",
            **limits.get("command", {})),
        Row("one file changed, reindexed and found, CPU", articles, "ms", one.cpu * 1e3, "tantivy, one document",
            theirs.cpu * 1e3),
        Row("one file changed, reindexed and found, wall", articles, "ms", one.wall * 1e3, "tantivy, one document",
            theirs.wall * 1e3),
        Row("reindex with no file changed, CPU", articles, "ms", none.cpu * 1e3, of="ours",
            **limits.get("none", {})),
        Row("reindex with no file changed, wall", articles, "ms", none.wall * 1e3),
        Row("`searchkit.update` of one article, and found, CPU", articles, "ms", single.cpu * 1e3, of="ours",
            **limits.get("program", {})),
        Row("`searchkit.update` of one article, and found, wall", articles, "ms", single.wall * 1e3),
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

    def change_by_command(self) -> Cost:
        """The cost of the command after one file has changed."""
        append(self._path, "\n\nmarkofcommand\n")
        command = reindex_command(self._corpus, self._index)
        done, cost = measure(lambda: subprocess.run(command, capture_output=True, env=environment()))
        check(json.loads(done.stdout)["updated"] == 1, "one file was changed, and not one was updated")
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
        """The cost of an update of one article, of opening the index, and of finding the new word."""
        article, mark = next(self._articles), f"marknumber{next(self._marks)}x"
        changed = replace(article, body=f"{article.body}\n{mark}")

        def find() -> tuple[int, list[str]]:
            report = searchkit.update(changed, self._index)
            with searchkit.open_index(self._index) as index:
                return report.updated, list(index.ids(mark))

        (updated, found), cost = measure(find)
        check(updated == 1, f"one article was changed, and {updated} were updated")
        check_found("the updated article", article.id, found)
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
