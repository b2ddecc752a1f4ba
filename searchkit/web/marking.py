"""Text with marks -> HTML. Every part is escaped by itself, so the text of an article never becomes markup."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from searchkit import Quote


def marked(text: str, ranges: Iterable[tuple[int, int]]) -> Markup:
    """*text* with its *ranges*, in order and without overlap, in `<mark>`.

    >>> marked("p < 0.05 的含义", ((0, 8),))
    Markup('<mark>p &lt; 0.05</mark> 的含义')
    """
    parts, at = [], 0
    for start, end in ranges:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def compared(quote: Quote) -> Markup:
    """The passage as the article has it: `<del>` is what was given, `<ins>` what the article has there."""
    body, at = quote.article.body, quote.start
    parts = []
    for difference in quote.differences:
        other = body[difference.start : difference.end]
        parts += [
            escape(body[at : difference.start]),
            Markup("<del>{}</del>").format(difference.given) if difference.given else "",
            Markup("<ins>{}</ins>").format(other) if other else "",
        ]
        at = difference.end
    return Markup("").join([*parts, escape(body[at : quote.end])])
