"""The pages of a site have its name in their titles: what is shown is the title without it, and both are found."""

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
        # who remembers the whole title types it; nothing that stands in a page may be without hits
        assert {hit.id for hit in opened.search("title:山村网")} == {"a.html", "b.html", "c.html"}
        assert [hit.id for hit in opened.search('"夏天 - 山村网"')] == ["b.html"]
        assert {hit.title for hit in opened.search("山村网")} == {"春天", "夏天", "秋天"}


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


def test_what_few_of_many_pages_begin_with_is_what_they_are_about(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    river = [f"小河 - {what}" for what in ("源头", "渡口", "石桥")]
    others = [f"{n} 里外的{what}" for n in range(5) for what in ("山", "田", "井")]
    for n, title in enumerate([*river, *others]):
        save(corpus, f"p{n}", title)
    searchkit.reindex(corpus, index, jobs=1)
    assert titles(index) == sorted([*river, *others])
    for n in range(3, len(river + others) - 10):
        (corpus / f"p{n}.html").unlink()
    searchkit.reindex(corpus, index, jobs=1)  # three of 13 are a fifth
    assert titles(index)[-3:] == sorted(["源头", "渡口", "石桥"])
    with searchkit.open_index(index) as opened:
        assert {hit.id for hit in opened.search("小河")} == {"p0.html", "p1.html", "p2.html"}


def test_the_title_of_a_repeat_is_found_as_it_is_written(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    for name, title in {"a": "春天 - 山村网", "b": "夏天 - 山村网", "c": "秋天 - 山村网"}.items():
        save(corpus, name, title)
    text = "<p>" + "桃花开在小河的两岸，船夫在树下等人。" * 20 + "</p>"
    for name, title in {"d": "桃花 - 山村网", "e": "两岸桃花 - 山村网"}.items():
        page = f"<html><head><title>{title}</title></head><body>{text}</body></html>"
        (corpus / f"{name}.html").write_text(page, encoding="utf-8")
    assert searchkit.reindex(corpus, index, jobs=1).duplicates == 1
    with searchkit.open_index(index) as opened:
        assert [(hit.id, hit.title) for hit in opened.search('title:"两岸桃花 - 山村网"')] == [("d.html", "桃花")]


def test_an_index_shows_no_keywords_of_a_site(tmp_path: Path) -> None:
    folder, where = tmp_path / "pages", tmp_path / "index"
    folder.mkdir()

    def write(name: str, keywords: str) -> None:
        head = f'<title>{name}</title><meta name="keywords" content="{keywords}">'
        (folder / f"{name}.html").write_text(
            f"<html><head>{head}</head><body><p>{name}来了，花开了。</p></body></html>", encoding="utf-8"
        )

    write("春天", "江城,新闻")
    write("夏天", "江城,新闻")
    searchkit.reindex(folder, where, jobs=1)
    assert searchkit.open_index(where).get("春天.html").tags == ("江城", "新闻")
    write("秋天", "江城,新闻")
    assert searchkit.reindex(folder, where, jobs=1).updated == 2
    write("冬天", "雪")
    searchkit.reindex(folder, where, jobs=1)
    index = searchkit.open_index(where)
    assert [index.get(f"{name}.html").tags for name in ("春天", "秋天", "冬天")] == [(), (), ("雪",)]
