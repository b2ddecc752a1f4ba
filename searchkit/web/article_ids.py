"""The id of an article as the rest of an address. It may have a line end in it."""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor


class ArticleId(StringConvertor):
    """Any text, and slashes."""

    regex = r"[\s\S]*"


register_url_convertor("article", ArticleId())
ARTICLE_ID = "{id:article}"
"""In the path of a route."""
