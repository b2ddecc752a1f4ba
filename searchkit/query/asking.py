"""Words of asking and of grammar: they say what kind of answer is wanted, or hold a sentence together, and most
articles have them. 怎么画热图 is about 画 and 热图.

The lists are closed word classes: for Chinese those of Zhu Dexi, 语法讲义 (1982), with words that Lü Shuxiang,
现代汉语八百词 (1980), describes; for English those of Quirk et al., "A Comprehensive Grammar of the English
Language" (1985), section 2.34. A word that is often something else is left out: 还 in 还房贷, 得 in 得奖, `for`
and `if` in code. Neither are adverbs and personal pronouns here: a remembered sentence is found by them.
"""

from __future__ import annotations

from itertools import chain

INTERROGATIVES = (
    "什么 什么样 为什么 干什么 做什么 凭什么 甚么 啥 为啥 干啥 干嘛 怎 怎么 怎么样 怎样 怎么办 咋 咋样 咋办 "
    "如何 为何 何 何时 何处 何谓 谁 哪 哪个 哪些 哪种 哪里 哪儿 哪位 哪家 哪年 哪一年 哪天 哪部 几 几个 多少 "
    "多久 多大 多长 多远 多高 是否 能否 可否 有无 到底 究竟"
)
CHOICES = "会不会 能不能 是不是 有没有 要不要 可不可以 好不好 行不行 对不对 该不该 需不需要"
"""The forms X不X, which ask for yes or no."""
AUXILIARIES = "能 能够 可 可以 会 要 应 应该 应当 该 需要"
REQUESTS = "请问 请教 想问 想知道 意思 回事"
"""Of 请问什么意思, 怎么回事: they ask, and say nothing of the subject."""
COPULAS = "是 有 没有 没 在"
PARTICLES = "的 了 着 之 吗 嘛 呢 吧 啊 呀 哇 啦 么"
CONNECTIVES = "和 与 及 以及 跟 或 或者 对 对于 关于 从 由 于 为 以 把 被"
MEASURES = "时候 时 一个 一些 一下 有些 一种"
ENGLISH = (
    "a an the this that these those how what why when where which who whom whose is are was were be do does did "
    "can could will would should of in on at to"
)

_WORDS = frozenset(
    chain.from_iterable(
        words.split()
        for words in (
            INTERROGATIVES, CHOICES, REQUESTS, AUXILIARIES, COPULAS, PARTICLES, CONNECTIVES, MEASURES, ENGLISH,
        )
    )
)  # fmt: skip


def is_asking(term: str) -> bool:
    """Whether *term*, folded and case folded, is a word of asking or of grammar.

    >>> is_asking("怎么"), is_asking("热图"), is_asking("how")
    (True, False, True)
    """
    return term in _WORDS
