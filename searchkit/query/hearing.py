"""Which words of a query are read by sound, and as what: those that stand in no article as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from searchkit.analysis.analyzer import WordCut
from searchkit.analysis.scripts import is_segmented
from searchkit.query.budget import Budget
from searchkit.query.limits import MAX_HEARD
from searchkit.query.pinyin import Heard, Pinyin
from searchkit.query.plan import Phrase
from searchkit.query.spellings import Spelling, Vocabulary
from searchkit.translation import gettext as _

MAX_TOGETHER = 12  # words next to each other that are read as one: most are single syllables


class Hearing:
    """What the words of one query are read as; what there is no room for is noted in the *budget*."""

    def __init__(self, pinyin: Pinyin, vocabulary: Vocabulary, budget: Budget) -> None:
        self.pinyin = pinyin
        self.vocabulary = vocabulary
        self._budget = budget
        self._left = MAX_HEARD

    @property
    def has_room(self) -> bool:
        """Whether something may still be looked for."""
        return self._left > 0

    def words(self, text: str, cuts: Sequence[WordCut], spelled: Sequence[tuple[Spelling, ...]]) -> HeardWords:
        """What *cuts*, the words of *text*, are read as. A word that articles have, also in another spelling, is
        not read."""
        latin = set(filter(self.pinyin.is_latin, {cut.term for cut in cuts}))
        known = {
            cut.term for cut, others in zip(cuts, spelled, strict=True) if any(o.use == "term" for o in others)
        }
        having = self.vocabulary.counted(latin - known)
        unknown = {term for term in latin - known if not having[term]}
        return HeardWords(self, text, cuts, latin, unknown)

    def named(self, cuts: Sequence[WordCut]) -> Heard:
        """What *cuts* are read as in a row, or the only one as initials, whatever articles have."""
        terms = [cut.term for cut in cuts]
        return self.look_up(terms, least=len(terms), characters=1) if terms else Heard()

    def look_up(self, terms: Sequence[str], *, least: int = 1, characters: int = 2) -> Heard:
        """As many of the first *terms*, at least *least*, as are read as so many *characters* or more."""
        if self._left == 0:
            note = _("only the first {count} words were looked for by their sound")
            self._budget.notes[note.format(count=MAX_HEARD)] = None
            return Heard()
        self._left -= 1
        if len(terms) == 1 and not is_segmented(terms[0]) and not self.pinyin.is_readable(terms[0]):
            return self.pinyin.heard_initials(terms[0]) if self.pinyin.is_initials(terms[0]) else Heard()
        return self.pinyin.heard(terms, least=least, characters=characters)


class HeardWords:
    """What words in a row are read as, each of them and some together."""

    def __init__(
        self, hearing: Hearing, text: str, cuts: Sequence[WordCut], latin: set[str], unknown: set[str]
    ) -> None:
        self._hearing = hearing
        self._cuts = cuts
        self._latin = latin
        self._unknown = unknown
        self._written: dict[int, bool] = {}
        """Where a word begins -> whether it and the next one stand somewhere as they were typed."""
        self._joined = [self._may_be_one(text, *pair) for pair in pairwise(cuts)] if latin else []

    def alone(self, at: int) -> Heard:
        """What one word is read as, if that may be two characters and more."""
        term = self._cuts[at].term
        if term not in self._unknown or self._hearing.pinyin.is_only_syllable(term):
            return Heard()
        return self._hearing.look_up([term])

    def together(self, at: int) -> Heard:
        """What the word at *at* and the next ones are read as, as many as possible."""
        end = at + 1
        while end <= len(self._joined) and end - at < MAX_TOGETHER and self._joined[end - 1]:
            end += 1
        for first in range(at, end) if end > at + 1 else ():
            if least := self._strange(first, end) if self._hearing.has_room else 1:
                terms = [cut.term for cut in self._cuts[at:end]]
                return self._hearing.look_up(terms, least=max(2, first - at + least))
        return Heard()

    def _strange(self, at: int, end: int) -> int:
        """How many words from *at* on, one or two, stand nowhere as they were typed; 0 if neither."""
        if self._cuts[at].term in self._unknown:
            return 1
        pair = self._cuts[at : min(at + 2, end)]
        latin = [cut.term for cut in pair if cut.term in self._latin]
        if len(pair) < 2 or not latin or not all(map(self._hearing.pinyin.is_syllable, latin)):
            return 0
        if at not in self._written:
            typed = Phrase(tuple(token for cut in pair for token in cut.tokens))
            self._written[at] = self._hearing.pinyin.finds(typed)
        return 0 if self._written[at] else 2

    def _may_be_one(self, text: str, one: WordCut, other: WordCut) -> bool:
        """Whether two words next to each other are read in a row: without a space between, or as syllables with
        spaces. Two of Han were cut apart, as they are two words."""
        latin = [cut.term for cut in (one, other) if cut.term in self._latin]
        han = [cut.term for cut in (one, other) if is_segmented(cut.term)]
        if len(latin) + len(han) < 2 or len(han) == 2:
            return False
        if han:
            return one.text + other.text in text
        return any(map(self._hearing.pinyin.is_syllable, latin))
