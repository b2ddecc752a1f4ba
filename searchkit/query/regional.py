"""Words of Taiwan and of the mainland that mean the same (軟體, 软件), as synonyms that need no setting up.

Source: OpenCC's table TWPhrases. It is read when the first query is planned.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from searchkit.analysis.character_tables import opencc_file, opencc_rows, simplified, sources
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters
from searchkit.analysis.table_cache import CachedTable
from searchkit.patterns import lazy_pattern
from searchkit.query.synonyms import Synonyms

_Rows = list[tuple[tuple[str, ...], tuple[str, ...]]]
_LATIN = lazy_pattern("[0-9a-z]")
_ORDINARY = (
    "建立 执行 资料 程序 核心 文字 文件 装置 指标 通道 宣告 支援 模拟 智慧 通讯 联络 新增 档案 整合 储存 查询 "
    "启用 序列 透过 复制 传送 互动 呼叫 列举 批次 开启 物件 元件 向量 设定 狮子山 哈萨克 汇入 效能 镏 相容 "
    "区域性 正规化 遮蔽 连线 外挂 变数 音讯 类比 存取 卷轴 稽核 阵列 检视 预设 过载 高阶 数位 防毒 登出 桌布 "
    "简报 专案 简讯 社群 存档 图示 碟片 乔治亚 堆叠 扩音 汇出 进阶 低阶 远端 释出 重新整理 剪下 点选 游标 "
    "回拨 拨出 丢掷 单核心 线上 贴上 多工 引数 布林 尤拉 尼日 卡达 外接 资料来源 资料包 解除安装 结束通话 "
    "优先顺序 系结"
)
"""Words of Taiwan that are common on the mainland for something else, where 资料 is no 数据 and 阵列 no 数组. They
are for a query in Traditional characters. The rule: those that jieba's dictionary has ten times and more, unless
texts of the mainland mean the same by them (影片, 搜寻) or hardly have them (软体, 网路); and of the rarer ones
those that are two ordinary words, or a part of another (贴上, 尼日)."""


def regional_words(text: str) -> Synonyms:
    """The words of other regions for those that a query, *text* as typed, may have."""
    return _table(is_traditional=not simplified().keys().isdisjoint(text))


@lru_cache(maxsize=2)
def _table(*, is_traditional: bool) -> Synonyms:
    return dict(REGIONAL[is_traditional].load())


def _made_table(*, is_traditional: bool) -> _Rows:
    rows = fold_case("\n".join(" ".join(row) for row in opencc_rows("TWPhrases"))).split("\n")
    ordinary = () if is_traditional else _ORDINARY.split()
    table: Synonyms = {}
    for mainland, *others in map(str.split, rows):
        taiwan = [word for word in others if word not in ordinary]
        for word in (mainland, *taiwan):
            key = tuple(characters(word) if _LATIN.search(word) else word)
            same = [other for other in (mainland, *taiwan) if other != word]
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *same)))
    return list(table.items())


REGIONAL = {
    is_traditional: CachedTable(
        f"regional-{is_traditional:d}",
        _Rows,
        partial(_made_table, is_traditional=is_traditional),
        lambda: (opencc_file("TWPhrases"), Path(__file__), *sources()),
    )
    for is_traditional in (False, True)
}
"""Whether a query is in Traditional characters -> `regional_words`."""
