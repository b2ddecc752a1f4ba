"""What the page of an article shows is its text: of a part of the archive, letter for letter."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import searchkit
from searchkit.articles.html import html_to_text
from searchkit.web.article_view import view_of_html

_EVERY = 20
"""One article in so many is looked at. Once all 5,280 were: the HTML of each had the text, and one page said
twice how a word is read that is its own reading."""
_DESCRIPTIONS = re.compile(r' alt="[^"]*"|<(iframe|video|audio|embed|source)[^<>]*></\1>')
"""What a page shows in the place of a picture or a film, and the text says elsewhere or not at all."""


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_the_html_of_a_file_has_the_text_of_its_article(archive: Path, index: searchkit.Index) -> None:
    different = [
        article_id
        for article_id in index.ids()[::_EVERY]
        if html_to_text(searchkit.read_html(archive / article_id)) != index.get(article_id).body
    ]
    assert different == []


def test_a_page_shows_the_text_of_its_html(archive: Path, index: searchkit.Index) -> None:
    for article_id in index.ids()[::_EVERY]:
        markup = _DESCRIPTIONS.sub("", searchkit.read_html(archive / article_id))
        texts: list[str] = []
        view_of_html(markup, partial(_noted, texts), images=True)
        assert letters(texts[0]) == letters(html_to_text(markup)), article_id


def _noted(texts: list[str], text: str) -> tuple[tuple[int, int], ...]:
    """No marks for *text*, which is kept in *texts*."""
    texts.append(text)
    return ()
