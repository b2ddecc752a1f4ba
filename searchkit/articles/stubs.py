"""Files that hold no article: nothing, only a link, or what a platform shows in place of a text it took away."""

from __future__ import annotations

import re
from collections.abc import Callable

NOTICES = {
    "WeChat": (
        "该内容已被发布者删除",
        "此内容因违规无法查看",
        "此内容发送失败无法查看",
        "此内容被投诉且经审核涉嫌侵权",
        "此帐号已被屏蔽",
        "此账号已被屏蔽",
        "该公众号已迁移",
    ),
    "Weibo": ("该微博已被作者删除", "抱歉，此微博已被作者删除", "抱歉，该内容已被作者删除"),
    "Zhihu": ("该回答已被删除", "你似乎来到了没有知识存在的荒原"),
}
"""Platform -> how a line of the notice begins that it shows in place of an article."""

MAX_NOTICE = 200
"""Characters: a notice stands alone, with a heading or a button; a longer text is about one."""

_LABELS = (
    "(?:请?点击|请?點擊|点此|點此)?(?:阅读|閱讀|查看)(?:原文|全文|更多|详情|詳情)|(?:点击|點擊)(?:查看|阅读|閱讀)|点此查看|點此查看"
    "|(?:点击|點擊)(?:这里|這裡|此处|此處)|原文(?:链接|地址|連結)?|read more|view original"
)
_LINKS = re.compile(rf"\W*+(?:(?:https?://[!-~]++|{_LABELS})\W*+)+", re.IGNORECASE)
"""URLs, and what a link to another place says. Nothing is given back once it is matched: a URL may hold others,
which would be tried in all ways."""


def stub_reason(body: str) -> str:
    """Why *body* is no article, or "" if it is one."""
    text = body.strip()
    if not text:
        return "no text"
    if _LINKS.fullmatch(text):
        return "only a link"
    if len(text) > MAX_NOTICE:
        return ""
    lines = ["".join(line.split()) for line in text.splitlines()]
    name = next((name for name, notices in NOTICES.items() if any(map(_begins_with(notices), lines))), "")
    return f"removed on {name}" if name else ""


def _begins_with(notices: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda line: line.startswith(notices)
