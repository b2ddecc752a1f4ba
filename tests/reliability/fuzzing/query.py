"""Any text as a query: the first line is the query, what follows it the body of an article."""

from __future__ import annotations

import tempfile
import zlib
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import astuple

import searchkit
from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold
from searchkit.analysis.scripts import count_han
from searchkit.engines.base import Request
from searchkit.engines.memory import MemoryEngine
from searchkit.errors import QuerySyntaxError
from searchkit.ingest.document import make_document
from searchkit.query import plan
from searchkit.query.parser import parse
from searchkit.query.planner import make_plan
from tests.conftest import make_article
from tests.engines.contract import STATE
from tests.reliability.fuzzing.target import Target, within

_ANALYZER = Analyzer()
_DEEPEST = 400
_SECONDS = 4
_LONGEST_PIECE = 40
_HERE = Path("fuzzing")


def check(data: bytes) -> None:
    """Parse, plan and search for the first line of *data*."""
    query, text = query_and_text(data)
    with within(_SECONDS, f"a query of {len(query):,} characters"):
        _check_parsing(query)
        _check_answers(query)
        _check_pieces(text, zlib.crc32(data))


def query_and_text(data: bytes) -> tuple[str, str]:
    """The first line, and the rest."""
    query, _, text = data.decode("utf-8", "replace").partition("\n")
    return query, text


def _check_parsing(query: str) -> None:
    parsed = parse(query)
    assert parsed == parse(query)
    assert all(0 <= note.position <= len(query) for note in parsed.notes), parsed.notes
    assert make_plan(parsed, _ANALYZER) == make_plan(parsed, _ANALYZER)
    deepest = max(_depth(parsed.node), _depth(make_plan(parsed, _ANALYZER).match))
    assert deepest <= _DEEPEST, f"{deepest} levels"
    try:
        parse(query, strict=True)
    except QuerySyntaxError as error:
        assert parsed.notes
        assert 0 <= error.position <= len(query)
    else:
        assert not parsed.notes


def _depth(node: object) -> int:
    """Levels of values in values."""
    deepest, todo = 0, [(node, 1)]
    while todo:
        value, depth = todo.pop()
        if isinstance(value, tuple):
            todo += [(part, depth) for part in value]
        elif isinstance(value, Struct):
            deepest = max(deepest, depth)
            todo += [(part, depth + 1) for part in astuple(value)]
    return deepest


def _check_answers(query: str) -> None:
    """Both engines find the same."""
    reference, whoosh = (index.search(query, limit=None, explain=True, facets=("tag",)) for index in _indexes())
    assert [hit.id for hit in reference.hits] == [hit.id for hit in whoosh.hits], "another list than the reference"
    assert (reference.total, reference.complete, reference.notes) == (whoosh.total, whoosh.complete, whoosh.notes)
    assert reference.facets == whoosh.facets
    for one, other in zip(reference.hits, whoosh.hits, strict=True):
        assert abs(one.score - other.score) < 1e-6 * max(1.0, abs(one.score)), (one.score, other.score)


def _check_pieces(text: str, choice: int) -> None:
    """A piece of *text*, whichever it is, finds the article with this body."""
    piece = _piece(text, choice)
    if count_han(piece) < 2:
        return
    engine = MemoryEngine(_HERE)
    with engine.write(full=True) as writer:
        writer.add([make_document(make_article("题", text), _ANALYZER)])
        writer.commit(STATE, b"")
    wanted = make_plan(parse(piece), _ANALYZER)
    match = plan.all_words(wanted.match)
    assert engine.read().search(Request(match)).total, f"{piece!r} does not find its article"


def _piece(text: str, choice: int) -> str:
    """Some characters of *text*; a character and the marks on it stay together."""
    start = choice % (len(text) + 1)
    end = min(len(text), start + 2 + (choice >> 16) % _LONGEST_PIECE)
    while not _folds_apart(text, start):
        start -= 1
    while not _folds_apart(text, end):
        end += 1
    return text[start:end]


def _folds_apart(text: str, at: int) -> bool:
    return fold(text[:at]) + fold(text[at:]) == fold(text)


@lru_cache(maxsize=1)
def _indexes() -> tuple[searchkit.Index, ...]:
    """The same few articles in the reference and in the Whoosh engine."""
    with tempfile.TemporaryDirectory() as place:  # an open index needs its folder no longer
        return tuple(_built(engine, Path(place)) for engine in ("memory", "whoosh"))


def _built(engine: str, place: Path) -> searchkit.Index:
    searchkit.reindex(_ARTICLES, place, jobs=1, config=searchkit.Config(engine=engine))
    return searchkit.open_index(place, engine=engine)


_ARTICLES = [
    make_article("单细胞测序入门", "单细胞数据分析用 Seurat 的 FindMarkers 函数。", "2024-03-01", tags=("生信",)),
    make_article("人工智能", "大模型 GPT-5.2 与人工智能公司的融资。", "2025-01-02", tags=("科技",), author="张三"),
    make_article("惠州西湖", "惠州不是广州；(title:配置 -复杂) OR “引号”~3。", "2023-05-06", categories=("旅行",)),
    make_article("空白", "", tags=("科技", "AND")),
    make_article("C++ 与 C#", "p<0.05 10x *a* ½ ㈱ 機器學習 iPhone15 date:2024 𠮷野家", "2024-12-31"),
]
_QUERIES = (
    "OpenAI 融资",
    '"单细胞 数据"~3 -广州 +人工智能',
    "title:(惠州 OR 广州) AND NOT tag:旅行",
    "作者:张三 标签:科技 date:2024..2025 since:2024-01",
    "find* 融?资 markers~1 iphone^2.5 (a b)^3",
    "“数据”「分析」 与 或 非 （全角：括号）",
    "((((((((((a))))))))))",
    '() "" title:() tag:"" ^2 ~3 + - * ? : AND',
    "(a OR (b AND (c NOT d))) -(e f)^2 +(数据)",
    "配置 -复杂 🦀 C++ gpt-5.2 p<0.05",
)


def _seeds() -> list[bytes]:
    return [f"{query}\n{article.body}".encode() for query in _QUERIES for article in _ARTICLES[:3]]


TARGET = Target(
    promise="any text as a query: an answer, the reference's; any piece of a text of two Han finds it",
    check=check,
    seeds=_seeds,
    tokens=(
        *(
            " AND ",
            " OR ",
            " NOT ",
            " 与 ",
            " 或 ",
            " 非 ",
            "+",
            "-",
            "(",
            ")",
            "（",
            "）",
            '"',
            "“",
            "”",
            "「",
            "」",
        ),
        *(
            "~2",
            "^2",
            "^0.5",
            "^",
            "*",
            "?",
            ":",
            "：",
            "\\",
            "..",
            "title:",
            "标签:",
            "date:",
            "since:",
            "until:",
        ),
        *(
            "category:",
            "author:",
            "body:",
            "2024-01",
            "9999",
            "0000",
            "\n",
            "\u3000",
            "\u200b",
            "e\u0301",
            "か\u3099",
        ),
        *(
            "数据",
            "惠州",
            "融资",
            "find",
            "Markers",
            "½",
            "㈱",
            "機器",
            "𠮷",
            "ß",
            "İ",
            "ﬁ",
            "ﾞ",
            "각",
            "＂",
            "\ud7ff",
        ),
    ),
    examples=80,
)
