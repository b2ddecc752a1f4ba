"""Titles, tags and authors that are found by their sound, and words that are not taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from benchmarks.sounds import deaf
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.sounds import known_syllables
from searchkit.config import Config
from searchkit.model import Article
from searchkit.query.limits import MAX_HEARD
from searchkit.query.pinyin import NO_PINYIN, Pinyin
from tests.conftest import Library, make_article, titles

NAMES = {
    "title_key": (
    "重庆夜景", "重要通知", "长江的长度", "银行与行人", "音乐和快乐", "绿色出行", "女儿国", "战略合作", "西安城墙",
    "先进经验", "路边的小花儿", "差一点儿", "方案与反感", "水墨画", "著名的乾坤圈", "拼音输入法v2",
    ),
    "tag_key": ("绿色", "输入法"),
    "author_key": ("欧阳雪梅",),
}  # fmt: skip


@pytest.fixture(scope="module")
def pinyin() -> Pinyin:
    return Pinyin(known_syllables(), lambda keyword: map(fold_case, NAMES[keyword]), lambda condition: False)


def heard(pinyin: Pinyin, words: str) -> list[str]:
    return [piece for piece, _share in pinyin.heard(words.split()).pieces]


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("chongqing", ["重庆"]),
        ("zhongqing", ["重庆"]),
        ("zhongyao", ["重要"]),
        ("changdu", ["长度"]),
        ("zhangdu", ["长度"]),
        ("yinhang", ["银行"]),
        ("xingren", ["行人"]),
        ("yinyue", ["音乐"]),
        ("kuaile", ["快乐"]),
        ("lvse", ["绿色"]),
        ("luse", ["绿色"]),
        ("lyuse", ["绿色"]),
        ("nver", ["女儿"]),
        ("nuer", ["女儿"]),
        ("nvr", ["女儿"]),
        ("zhanlue", ["战略"]),
        ("zhanlve", ["战略"]),
        ("xian", ["西安"]),
        ("xi'an", ["西安"]),
        ("xi an", ["西安"]),
        ("xianjin", ["先进"]),
        ("huar", ["花儿"]),
        ("huaer", ["花儿"]),
        ("yidianr", ["一点儿"]),
        ("fangan", ["反感", "方案"]),
        ("fang'an", ["方案"]),
        ("fan'gan", ["反感"]),
        ("shuimohua", ["水墨划"]),
        ("zhuming", ["着名"]),
        ("qiankun", ["干坤"]),
        ("shu入fa", []),
        ("shu 入 fa", ["输入法"]),
        ("重 qing 夜 jing", ["重庆夜景"]),
        ("bianhua", []),  # 边 and 花 are not next to each other
        ("jingzhong", []),  # nor are two titles
        ("hello", []),
        ("r", []),
    ],
)
def test_what_is_typed_is_read_in_all_ways(pinyin: Pinyin, typed: str, pieces: list[str]) -> None:
    assert sorted(heard(pinyin, typed)) == pieces


@pytest.mark.parametrize(
    ("typed", "pieces"), [("cqyj", ["重庆夜景"]), ("zyt", ["重要通"]), ("srf", ["输入法"]), ("xyz", [])]
)
def test_initials_are_those_of_characters_in_a_row(pinyin: Pinyin, typed: str, pieces: list[str]) -> None:
    assert [piece for piece, _share in pinyin.heard_initials(typed).pieces] == pieces


def test_readings_that_no_word_has_count_too(library: Library) -> None:
    index = library(细胞培养="甲", 可视化="乙")
    assert titles(index.search("xipao")) == ["细胞培养"]
    assert titles(index.search("keshihuo")) == ["可视化"]


def test_as_many_words_as_possible_are_one_piece(pinyin: Pinyin) -> None:
    heard = pinyin.heard(["chong", "qing", "ye", "jing", "hao"])
    assert heard == (4, (("重庆夜景", 1.0),), {"title_key": ("重庆夜景",)})


def test_names_come_with_their_keyword(pinyin: Pinyin) -> None:
    assert pinyin.heard(["lvse"]).names == {"title_key": ("绿色出行",), "tag_key": ("绿色",)}
    assert pinyin.heard(["xuemei"]).names == {"author_key": ("欧阳雪梅",)}
    assert pinyin.heard(["seou"]) == (1, (), {}), "two names are apart"


@pytest.mark.parametrize(
    ("word", "is_so"),
    [("xian", True), ("xi'an", True), ("jiaxiang", True), ("gene", True), ("python", False), ("huar", True),
     ("rhua", False), ("x" * 100, False), ("an" * 21, False), ("", False), ("xi''an", False), ("绿", False)],
)  # fmt: skip
def test_a_word_of_syllables_is_told_from_others(pinyin: Pinyin, word: str, is_so: bool) -> None:
    assert pinyin.is_readable(word) == is_so


def test_a_syllable_that_is_several_is_told_from_others(pinyin: Pinyin) -> None:
    assert pinyin.is_only_syllable("shi")
    assert not pinyin.is_only_syllable("xian")
    assert not pinyin.is_only_syllable("shishi")


def test_a_word_that_splits_in_very_many_ways_is_read_soon(pinyin: Pinyin) -> None:
    assert not heard(pinyin, "xian" * 10)
    assert not pinyin.is_readable("an" * 19 + "q")


def test_without_readings_nothing_is_readable() -> None:
    assert not NO_PINYIN
    assert not NO_PINYIN.is_latin("xian")
    assert not NO_PINYIN.is_latin("dxb")


ARTICLES = (
    make_article("重庆夜景怎么拍", "三脚架和快门线要带上。"),
    make_article("一条重要通知", "周五停水。"),
    make_article("单细胞测序入门", "读数和细胞。", tags=("测序",)),
    make_article("登山日记", "雨后的绿色山谷，单细胞生物。", tags=("绿色", "西安"), author="欧阳雪梅"),
    make_article("Dan Brown 的 bao", "He wrote xi and ceshi; AI绘画。"),
    make_article("测试工具", "写在正文里的只有火锅。"),
)


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    place, config = tmp_path_factory.mktemp("sound"), Config(engine=request.param)
    searchkit.reindex(ARTICLES, place, jobs=1, config=config)
    with searchkit.open_index(place, config=config) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("chongqing", ["重庆夜景怎么拍"]),
        ("CHONGQING", ["重庆夜景怎么拍"]),
        ("chóngqìng", ["重庆夜景怎么拍"]),
        ("chong qing", ["重庆夜景怎么拍"]),
        ("zhongyaotongzhi", ["一条重要通知"]),
        ("danxibao", ["单细胞测序入门"]),
        ("dan xi bao", ["Dan Brown 的 bao", "单细胞测序入门"]),
        ("danxi bao", ["单细胞测序入门"]),
        ("dan细胞", ["单细胞测序入门"]),
        ("单xibao", ["单细胞测序入门"]),
        ("dxb", ["单细胞测序入门"]),
        ("danxibao rumen", ["单细胞测序入门"]),
        ("danxibao 读数", ["单细胞测序入门"]),
        ("lvse", ["登山日记"]),
        ("lüse", ["登山日记"]),
        ("xi'an", ["登山日记"]),
        ("ouyangxuemei", ["登山日记"]),
        ("title:dengshan", ["登山日记"]),
        ("tag:xi'an", ["登山日记"]),
        ("author:xuemei", ["登山日记"]),
        ("title:xuemei", []),
        ("body:huoguo", []),
        ("huoguo", []),
        ('"chongqing"', []),
        ("py:ceshi", ["测试工具"]),
        ("拼音:ceshi", ["测试工具"]),
        ('py:"ce shi"', ["测试工具"]),
        ("py:(ce shi)", ["测试工具"]),
        ("py:测试", ["测试工具"]),
        ("py:绿", ["登山日记"]),
        ("py:绿山", []),
        ("py:测shi", ["测试工具"]),
        ("py:qing", ["重庆夜景怎么拍"]),
        ("py:csg", ["测试工具"]),
        ("py:huoguo", []),
        ("py:hello", []),
        ("+chongqing OR rumen", ["单细胞测序入门", "重庆夜景怎么拍"]),
    ],
)
def test_titles_tags_and_authors_are_found_by_their_sound(
    index: searchkit.Index, query: str, found: list[str]
) -> None:
    assert sorted(titles(index.search(query, all_words=True))) == found


@pytest.mark.parametrize("query", ["dan", "ceshi", "dan brown", "ai绘画", "bao dan", "xi and", "测试 dan"])
def test_what_an_article_has_as_it_was_typed_is_not_read(index: searchkit.Index, query: str) -> None:
    silent = deaf(index, Config(engine="memory"))
    assert titles(index.search(query)) == titles(silent.search(query))
    assert index.search(query).notes == silent.search(query).notes == ()


def test_han_is_marked(index: searchkit.Index) -> None:
    (hit,) = index.search("danxibao").hits
    assert [hit.title[start:end] for start, end in hit.title_highlights] == ["单细胞"]


def test_a_note_says_what_was_read(index: searchkit.Index) -> None:
    assert index.search("danxibao").notes == ("danxibao was read as 单细胞",)
    assert index.search("dan xi bao").notes == ("dan xi bao was read as 单细胞",)
    assert index.search("py:重庆").notes == ()
    assert index.search("py:huoguo").notes == ("huoguo: no title, tag or author is read so",)


def test_a_note_repeats_no_more_than_a_line_of_the_query(index: searchkit.Index) -> None:
    for query in ("py:" + "zhuang" * 30, 'py:"' + "a " * 300 + '"', "py:zzzz" + "测" * 200):
        assert all(len(note) < 200 for note in index.search(query).notes)


def test_a_value_that_is_read_by_its_sound_is_not_called_missing(index: searchkit.Index) -> None:
    assert index.search("tag:lvse").notes == ("lvse was read as 绿色",)
    assert index.search("author:ouyangxuemei").notes == ("ouyangxuemei was read as 欧阳雪梅",)
    assert index.search("tag:绿se").total == 1
    assert not [note for note in index.search("tag:绿se").notes if note.startswith("no article")]
    assert [note for note in index.search("tag:lvsse").notes if note.startswith("no article")]


def test_words_that_are_read_as_one_are_not_read_apart(library: Library) -> None:
    index = library(单细胞入门="甲", 孤单的细胞="乙", 细胞析报="丙，孤单")
    found = index.search("单xibao")
    assert titles(found)[: found.complete] == ["单细胞入门"]
    assert found.notes == ("单 xibao was read as 单细胞",)


def test_a_name_may_have_any_character(library: Library) -> None:
    names = ("图标 \U000f0001 终端字体", "单细胞 \U0010ffff 入门", "\U0002a700 生僻字")
    index = library(**dict.fromkeys(names, "甲"))
    assert titles(index.search("danxibao")) == ["单细胞 \U0010ffff 入门"]
    assert titles(index.search("zdzt")) == ["图标 \U000f0001 终端字体"]
    assert index.search("py:nosuchname").total == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("danxibao", ["单细胞测序入门"]),
        ("dxb", ["单细胞测序入门"]),
        ("单xibao", ["单细胞测序入门"]),
        ("rumen chongqing", []),
        ("读数 danxibao", ["单细胞测序入门"]),
        ("tag:lvse", ["登山日记"]),
        ("danxi", ["单细胞测序入门"]),
        ("danxib", []),
    ],
)
def test_an_unfinished_word_is_read_where_none_begins_so(
    index: searchkit.Index, typed: str, found: list[str]
) -> None:
    assert titles(index.search(typed, prefix=True, all_words=True)) == found


def test_what_is_excluded_may_be_typed_by_its_sound(index: searchkit.Index) -> None:
    assert "重庆夜景怎么拍" not in titles(index.search("-chongqing", limit=None))
    assert index.search("-chongqing").total == len(ARTICLES) - 1


def test_a_word_that_is_heard_needs_no_suggestion(index: searchkit.Index) -> None:
    assert index.search("cheshi").suggestion == "ceshi"
    assert index.search("chongqing").suggestion is None
    assert index.search("dengsan cheshi").suggestion == "dengsan ceshi"
    assert index.search("dengshan cheshi").suggestion == "dengshan ceshi"


def test_the_commonest_reading_is_first(library: Library) -> None:
    index = library(
        *["别的文章"] * 50,
        **{"火锅实施方案": "甲", "城市史诗": "乙", "试试火锅": "丙", "再试试看": "丁", "试试无妨": "戊"},
    )
    found = index.search("shishi")
    assert found.total == 5
    assert all("试试" in title for title in titles(found)[:3])
    assert found.notes == ("shishi was read as 试试, 史诗, 实施, …",)


def test_only_so_many_words_are_looked_for_by_their_sound(index: searchkit.Index) -> None:
    query = " ".join(f"py:{syllable}{other}" for syllable in ("ba", "bi", "bo", "da") for other in "aeiou")
    assert f"only the first {MAX_HEARD} words were looked for by their sound" in index.plan(query).notes


def test_an_explanation_says_what_was_read(index: searchkit.Index) -> None:
    wants = index.explain("danxibao", "单细胞测序入门").wants
    assert wants == (("danxibao or title 单细胞", True),)


def test_an_explanation_names_a_few_of_many_pieces(library: Library) -> None:
    index = library(**{f"{char}色": "甲" for char in "绿率律滤虑旅吕铝路陆录"})
    ((wanted, has_it),) = index.explain("lvse", "绿色").wants
    assert has_it
    assert wanted.startswith("lvse or title ")
    assert wanted.endswith(", …")


@pytest.fixture
def without_pypinyin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.ingest.job.known_syllables", dict)


CORPUS = (Article("a", "重庆夜景", "甲"), Article("b", "Python", "乙"))


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
@pytest.mark.usefixtures("without_pypinyin")
def test_an_index_made_without_pypinyin_says_what_to_do(tmp_path: Path, engine: str) -> None:
    config = Config(engine=engine)
    searchkit.reindex(CORPUS, tmp_path, jobs=1, config=config)
    with searchkit.open_index(tmp_path, config=config) as index:
        assert (index.search("chongqing").total, index.search("chongqing").notes) == (0, ())
        found = index.search("py:chongqing")
        assert found.total == 0
        assert "install the extra `pinyin` and run `searchkit reindex`" in found.notes[0]


def test_readings_come_with_the_next_reindex_and_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found_after_reindex(*, full: bool = False) -> tuple[int, int]:
        report = searchkit.reindex(CORPUS, tmp_path, jobs=1, full=full)
        with searchkit.open_index(tmp_path) as index:
            return report.updated + report.added, index.search("chongqing").total

    with monkeypatch.context() as patch:
        patch.setattr("searchkit.ingest.job.known_syllables", dict)
        assert found_after_reindex() == (2, 0)
    assert found_after_reindex() == (0, 1)
    generation = (tmp_path / "CURRENT").read_text("utf-8")
    assert found_after_reindex() == (0, 1)
    monkeypatch.setattr("searchkit.ingest.job.known_syllables", dict)
    assert found_after_reindex() == (0, 1)
    assert (tmp_path / "CURRENT").read_text("utf-8") == generation, "nothing was published for nothing"
    assert found_after_reindex(full=True) == (2, 1)


def test_an_index_of_a_program_has_readings(tmp_path: Path) -> None:
    searchkit.add(make_article("单细胞入门", "甲"), tmp_path / "i")
    searchkit.update(make_article("火锅", "乙"), tmp_path / "i")
    with searchkit.open_index(tmp_path / "i") as index:
        assert titles(index.search("danxibao")) == ["单细胞入门"]


def test_a_rebuild_without_pypinyin_keeps_the_readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searchkit.reindex(ARTICLES, tmp_path / "i", jobs=1)
    monkeypatch.setattr("searchkit.ingest.job.known_syllables", dict)
    assert searchkit.reindex(ARTICLES, tmp_path / "i", jobs=1, full=True).full
    with searchkit.open_index(tmp_path / "i") as index:
        assert titles(index.search("dengshan")) == ["登山日记"]


def test_single_articles_keep_the_readings(tmp_path: Path) -> None:
    searchkit.reindex(CORPUS, tmp_path, jobs=1)
    searchkit.add(Article("c", "登山日记", "丙"), tmp_path)
    with searchkit.open_index(tmp_path) as index:
        assert titles(index.search("dengshan")) == ["登山日记"]
