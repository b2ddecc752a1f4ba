"""Accelerators give what the references give, on every article of the archive."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import jieba

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold
from searchkit.analysis.packed_jieba import PackedJieba, make_dictionary
from searchkit.analysis.scripts import RUN, is_segmented
from searchkit.analysis.segmenter import load_segmenter
from searchkit.articles.clippings import unwrap
from searchkit.articles.front_matter import parse_front_matter
from searchkit.articles.html import html_to_text
from searchkit.articles.metadata import as_text
from searchkit.ingest.workers.pool import Workers, default_jobs
from searchkit.ingest.workers.process import Loss
from tests.articles.html_reference import soup_to_text

_JIEBA, _FAST = jieba.Tokenizer(), load_segmenter()


@lru_cache(maxsize=1)
def cut(run: str) -> list[str]:
    """What jieba makes of *run*. Its `cut_for_search` begins with that, and need not do it again."""
    return list(jieba.Tokenizer.cut(_JIEBA, run))


_JIEBA.cut = lambda run, **_options: cut(run)


def compare_all(paths: Iterable[Path]) -> list[tuple[bool, list[str], int]]:
    """`compare` of each of *paths*."""
    return [compare(path) for path in paths]


def differs(path: Path, loss: Loss) -> list[tuple[bool, list[str], int]]:
    """What is said of a path of which nothing comes."""
    return [(False, [loss.reason], 0)]


def compare(path: Path) -> tuple[bool, list[str], int]:
    """Whether both walks give the same text, the runs the two jiebas cut differently, and how many runs."""
    matter = parse_front_matter(path.read_text("utf-8"))
    markup = unwrap(matter.body, as_text(matter.values.get("title"))).text
    text = html_to_text(markup)
    runs = {run for run in RUN.findall(fold(text)) if is_segmented(run)}
    different = [
        run
        for run in runs
        if cut(run) != _FAST.cut(run) or list(_JIEBA.cut_for_search(run)) != _FAST.cut_for_search(run)
    ]
    return text == soup_to_text(markup), different, len(runs)


@lru_cache(maxsize=1)
def packed() -> PackedJieba:
    make_dictionary()
    return PackedJieba()


def compare_packed(paths: Iterable[Path]) -> list[str]:
    """The runs of *paths* that the packed dictionary cuts in another way."""
    texts = (fold(html_to_text(path.read_text("utf-8"))) for path in paths)
    runs = {run.replace(EDGE, "") for text in texts for run in RUN.findall(text) if is_segmented(run)}
    return [
        run
        for run in runs
        if packed().cut(run) != _FAST.cut(run) or packed().cut_for_search(run) != _FAST.cut_for_search(run)
    ]


def test_the_dictionary_for_queries_cuts_a_part_of_the_archive_as_ever(archive: Path) -> None:
    assert compare_packed(sorted(archive.rglob("*.md"))[::20]) == []


def test_text_and_words_equal_the_references_on_every_article(archive: Path) -> None:
    paths = sorted(archive.rglob("*.md"))
    with closing(Workers(default_jobs())) as workers:
        results = [result for batch in workers.map(compare_all, paths, lost=differs) for result in batch]
    assert [path.name for path, (same, _, _) in zip(paths, results, strict=True) if not same] == []
    assert [run for _, different, _ in results for run in different] == []
    assert (len(paths), sum(count for _, _, count in results) > 33_969) == (5280, True)
