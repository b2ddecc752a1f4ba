"""The pages of a site have its name in their titles: what is shown and searched is the title without it."""

from __future__ import annotations

from pathlib import Path

import searchkit


def save(corpus: Path, name: str, title: str, heading: str = "") -> None:
    corpus.mkdir(exist_ok=True)
    body = f"<h2>{heading}</h2>" if heading else ""
    page = (
        f"<html><head><title>{title}</title></head><body>{body}<p>{name} 的正文，说的是别的事。</p></body></html>"
    )
    (corpus / f"{name}.html").write_text(page, encoding="utf-8")


def titles(index: Path) -> list[str]:
    with searchkit.open_index(index) as opened:
        assert opened.check().damaged is False
        return sorted(article.title for article in opened)


def test_a_name_that_three_pages_end_with_is_not_part_of_their_titles(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for name, title in {"a": "春天 - 山村网", "b": "夏天 - 山村网", "c": "秋天 - 山村网"}.items():
        save(corpus, name, title)
    searchkit.reindex(corpus, index, jobs=1)
    assert titles(index) == ["夏天", "春天", "秋天"]
    with searchkit.open_index(index) as opened:
        assert [hit.id for hit in opened.search("春天")] == ["a.html"]
        assert not opened.search("title:山村网").hits


def test_a_title_of_all_pages_gives_way_to_their_headings(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for name, heading in {"a": "小镇的河", "b": "小镇的桥", "c": "小镇的船"}.items():
        save(corpus, name, "某人的主页", heading)
    searchkit.reindex(corpus, index, jobs=1)
    assert titles(index) == ["小镇的桥", "小镇的河", "小镇的船"]


def test_one_page_more_changes_the_titles_of_the_others_and_one_less_changes_them_back(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    save(corpus, "a", "春天 | 山村网")
    save(corpus, "b", "夏天 | 山村网")
    searchkit.reindex(corpus, index, jobs=1)
    assert titles(index) == ["夏天 | 山村网", "春天 | 山村网"]
    save(corpus, "c", "秋天 | 山村网")
    report = searchkit.reindex(corpus, index, jobs=1)
    assert (report.read, report.added, report.updated) == (1, 1, 2)
    assert titles(index) == ["夏天", "春天", "秋天"]
    assert searchkit.reindex(corpus, index, jobs=1).unchanged == 3
    (corpus / "c.html").unlink()
    assert searchkit.reindex(corpus, index, jobs=1).updated == 2
    assert titles(index) == ["夏天 | 山村网", "春天 | 山村网"]


def test_a_title_of_front_matter_stays_as_it_is_written(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for name, title in {"a": "春天 - 山村网", "b": "夏天 - 山村网", "c": "秋天 - 山村网"}.items():
        save(corpus, name, "别的")
        (corpus / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n{name} 的正文。", encoding="utf-8")
        (corpus / f"{name}.html").unlink()
    searchkit.reindex(corpus, index, jobs=1)
    assert titles(index) == ["夏天 - 山村网", "春天 - 山村网", "秋天 - 山村网"]
