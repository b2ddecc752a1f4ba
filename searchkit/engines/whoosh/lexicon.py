"""The longer words and numbers that contain a piece of one, out of the character channel's vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from searchkit.analysis.scripts import is_han
from searchkit.engines.whoosh.postings import Segments


class Lexicon:
    """Vocabularies as one text each, a term a line, so that looking for a piece is one search in a string."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._texts: dict[str, str] = {}

    @staticmethod
    def can_be_longer(token: str) -> bool:
        """Letters and digits run on; a Han character or a sign is a token of its own."""
        return token.isalnum() and not is_han(token[0])

    def longer(self, field: str, token: str, *, before: bool, after: bool) -> list[str]:
        """Terms of *field* that are *token*, with anything *before* it or *after* it."""
        if not before:
            return list(dict.fromkeys(self._segments.terms(field, token)))
        return list(dict.fromkeys(self._containing(field, token if after else token + "\n")))

    def _containing(self, field: str, part: str) -> Iterator[str]:
        text = self._text(field)
        at = text.find(part)
        while at >= 0:
            start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            yield text[start:end]
            at = text.find(part, end)

    def _text(self, field: str) -> str:
        if field not in self._texts:
            terms = (term for term in self._segments.terms(field) if self.can_be_longer(term))
            self._texts[field] = "\n" + "\n".join(dict.fromkeys(terms)) + "\n"
        return self._texts[field]
