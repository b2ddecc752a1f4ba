"""Texts that say what no other does, and copies of them that were changed."""

from __future__ import annotations

import random

from searchkit.analysis.normalize import fold_case
from searchkit.articles import shingles

_WORDS = (
    "渡口", "灯塔", "早市", "老船长", "修理", "石阶", "雨季", "账本", "渔网", "木匠",
    "清晨", "风向", "仓库", "码头", "南岸", "茶馆", "信件", "铁锚", "桅杆", "潮水",
    "邻居", "晒盐", "集市", "竹筐", "油灯", "传说", "日记", "祖父", "山路", "磨坊",
    "桥头", "药铺", "钟声", "海图", "学徒", "绳结", "礁石", "小巷", "春耕", "秋收",
    "水井", "屋檐", "雪夜", "炉火", "剪刀", "布匹", "染坊", "车夫", "驿站", "月台",
)  # fmt: skip
_VERBS = (
    "修好了", "记下了", "说起", "忘记了", "找到", "等着", "路过", "守着",
    "带走了", "换来", "看见", "想起", "画出", "数着", "听说",
)  # fmt: skip


def shingles_of(text: str) -> bytes:
    """What is remembered of the shingles of *text*."""
    return shingles.shingles_of(text, fold_case(text))


def prose(seed: object, sentences: int = 60) -> str:
    """A text of so many sentences, three to a line, that depends on *seed* alone."""
    chance = random.Random(f"prose {seed}")
    return "\n".join("".join(_sentence(chance) for _ in range(3)) for _ in range(sentences // 3))


def edited(text: str, share: float, seed: object = 0) -> str:
    """*text* with a *share* of its characters changed: half of these are another, a quarter is left out, a quarter
    has one more after it. Line ends stay."""
    chance = random.Random(f"edited {seed}")
    letters = "".join(_WORDS)
    return "".join(
        _changed(char, letters, chance) if char != "\n" and chance.random() < share else char for char in text
    )


def _changed(char: str, letters: str, chance: random.Random) -> str:
    kind = chance.choice(("other", "other", "gone", "more"))
    return {"other": chance.choice(letters), "gone": "", "more": char + chance.choice(letters)}[kind]


def _sentence(chance: random.Random) -> str:
    who, where, what, other = chance.sample(_WORDS, 4)
    return (
        f"{where}的{who}{chance.choice(_VERBS)}{what}，{chance.choice(_VERBS)}{other}{chance.randrange(2, 99)}次。"
    )
