"""Words of Taiwan and of the mainland for one thing."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest

from searchkit.analysis.character_tables import opencc_rows
from searchkit.analysis.normalize import fold_case
from searchkit.config import Config
from searchkit.query.regional import _ORDINARY, regional_words
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


@pytest.mark.parametrize(
    ("typed", "ordinary"),
    [
        ("数组", "微阵列"),
        ("高端", "进阶"),
        ("高级", "高阶"),
        ("堆栈", "堆叠"),
        ("模拟", "类比"),
        ("社区", "社群"),
        ("连接", "连线"),
        ("默认", "预设"),
        ("变量", "变数"),
        ("插件", "外挂"),
        ("数字", "数位"),
        ("粘贴", "贴上"),
        ("在线", "线上"),
        ("兼容", "组织相容性"),
        ("尼日尔", "尼日利亚"),
    ],
)
def test_what_mainland_texts_mean_something_else_by_is_no_other_word_for_a_query_of_the_mainland(
    library: Library, typed: str, ordinary: str
) -> None:
    index = library(**{"要": f"说的是{typed}的事", "不": f"说的是{ordinary}的事"})
    assert titles(index.search(typed)) == ["要"]


SAME_ON_THE_MAINLAND = (
    "影片 资讯 讯息 载入 搜寻 字型 使用者 连结 程式 埠 影印 乌兹别克 塔吉克 土库曼 醯 机率 取样 网路 塑胶 "
    "乳酪 脚踏车 离线 讯号 资料库 晶片 软体 宽频 矽 映象 执行长 傅立叶 视窗 丛集 扫描器 视讯 影象 计程车 冷盘 "
    "截图 互动式 模组 撷取 光碟 全形 𨱏"
)


def test_a_word_that_a_dictionary_of_the_mainland_has_is_ordinary_or_means_the_same() -> None:
    entries = map(str.split, (Path(jieba.__path__[0]) / "dict.txt").read_text("utf-8").splitlines())
    frequent = {fold_case(word) for word, count, *_ in entries if int(count) >= 10}
    same = {
        other
        for mainland, *others in map(str.split, fold_case(rows_of_regions()).splitlines())
        for other in others
        if other != mainland and other in frequent and other not in _ORDINARY.split()
    }
    assert same == set(SAME_ON_THE_MAINLAND.split())


def rows_of_regions() -> str:
    return "\n".join(" ".join(row) for row in opencc_rows("TWPhrases"))
