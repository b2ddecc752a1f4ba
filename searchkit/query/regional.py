"""Words of Taiwan and of the mainland that mean the same (軟體, 软件), as synonyms that need no setting up.

Source: OpenCC's table TWPhrases. It is read when the first query is planned.
"""

from __future__ import annotations

import re
from functools import lru_cache

from searchkit.analysis.character_tables import opencc_rows, simplified
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters
from searchkit.query.synonyms import Synonyms

_LATIN = re.compile("[0-9a-z]")
_ORDINARY = (
    "建立 执行 资料 程序 核心 文字 文件 装置 指标 通道 宣告 支援 模拟 智慧 通讯 联络 新增 档案 整合 储存 查询 "
    "启用 序列 透过 复制 传送 互动 呼叫 列举 批次 开启 物件 元件 向量 设定 狮子山 哈萨克"
)
"""Words of Taiwan that are common on the mainland for something else, where 资料 is no 数据: those that jieba's
dictionary has 400 times and more, but for 影片, 资讯 and 讯息, and some less common ones. They are for a query in
Traditional characters."""


def regional_words(text: str) -> Synonyms:
    """The words of other regions for those that a query, *text* as typed, may have."""
    return _table(is_traditional=not simplified().keys().isdisjoint(text))


@lru_cache(maxsize=2)
def _table(*, is_traditional: bool) -> Synonyms:
    rows = fold_case("\n".join(" ".join(row) for row in opencc_rows("TWPhrases"))).split("\n")
    table: Synonyms = {}
    for mainland, *others in map(str.split, rows):
        taiwan = [word for word in others if is_traditional or word not in _ORDINARY.split()]
        for word in (mainland, *taiwan):
            key = tuple(characters(word) if _LATIN.search(word) else word)
            same = [other for other in (mainland, *taiwan) if other != word]
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *same)))
    return table
