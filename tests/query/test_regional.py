"""Words of Taiwan and of the mainland for one thing."""

from __future__ import annotations

import pytest

from searchkit.config import Config
from searchkit.query.regional import regional_words
from tests.conftest import Library, marked, titles


@pytest.mark.parametrize(
    ("taiwan", "mainland"),
    [
        ("軟體", "软件"),
        ("網路", "网络"),
        ("影片", "视频"),
        ("伺服器", "服务器"),
        ("滑鼠", "鼠标"),
        ("演算法", "算法"),
    ],
)
def test_words_of_two_regions_find_each_other_and_the_one_typed_is_first(
    library: Library, taiwan: str, mainland: str
) -> None:
    index = library(**{"台": f"新的{taiwan}很好用", "陆": f"新的{mainland}很好用", "别": "新的衣服很好看"})
    for typed, first in ((taiwan, "台"), (mainland, "陆")):
        hits = index.search(typed).hits
        assert [hit.title for hit in hits] == ["台", "陆"] if first == "台" else ["陆", "台"]
        assert all(map(marked, hits))


def test_a_word_that_is_ordinary_on_the_mainland_is_for_a_query_in_traditional_characters(
    library: Library,
) -> None:
    index = library(**{"资": "参考资料", "数": "参考数据"})
    assert titles(index.search("资料")) == ["资"]
    assert titles(index.search("資料")) == ["资", "数"]
    assert titles(index.search("数据")) == ["数"]


def test_words_of_regions_can_be_switched_off(library: Library) -> None:
    index = library(config=Config(regional_words=False), **{"台": "新的軟體", "陆": "新的软件"})
    assert titles(index.search("软件")) == ["陆"]


def test_no_word_is_a_word_of_its_own_group() -> None:
    for table in (regional_words("软件"), regional_words("軟體")):
        assert all("".join(key) not in others for key, others in table.items())


def test_an_excluded_word_is_excluded_in_other_regions_too(library: Library) -> None:
    index = library(**{"台": "数学軟體", "陆": "数学软件", "别": "数学题"})
    assert titles(index.search("数学 -软件")) == ["别"]
