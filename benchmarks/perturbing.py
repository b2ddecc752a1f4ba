"""Copies of articles that differ from them: for an archive many times as large, with a vocabulary that grows.

A copy has its sentences in another order, a tenth of them left out, a share of its Han characters turned into
rarer ones and a share of its Latin words with another ending. Which ones follows from the number of the copy
and the id of the article alone.
"""

from __future__ import annotations

import random
import re

_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_WORD = re.compile(r"(?<![&\w#])[A-Za-z]{4,}(?![\w;])")
_HAN = re.compile("[\u4e00-\u9fa5]")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r'^(title:\s*"?)(.*?)("?)$', re.MULTILINE)
_ENDINGS = ("ase", "in", "ol", "ide", "um", "ix", "or", "et", "yl", "an")
_DROPPED, _TURNED, _ENDED = 0.1, 0.02, 0.06
_FIRST_RARE, _RARE = 0x4E00, 20_902


def perturb_file(text: str, copy: int, article_id: str) -> str:
    """The text of a file of copy number *copy*; copy 0 is the file as it is. Markup and metadata stay valid."""
    if copy == 0:
        return text
    chance = random.Random(f"{copy} {article_id}")
    front = _FRONT.match(text)
    head, body = (front[0], text[front.end() :]) if front else ("", text)
    head = _TITLE.sub(lambda found: found[1] + turn_words(found[2], chance) + found[3], head, count=1)
    return head + _shuffled(body, chance)


def turn_words(text: str, chance: random.Random) -> str:
    """*text* with some Han characters turned into rarer ones, and some Latin words with another ending."""
    text = _WORD.sub(lambda found: found[0] + chance.choice(_ENDINGS) * (chance.random() < _ENDED), text)
    return _HAN.sub(lambda found: _rarer(found[0], chance) if chance.random() < _TURNED else found[0], text)


def _rarer(character: str, chance: random.Random) -> str:
    """One of the characters of Unicode's basic block, most of which are rare."""
    return chr(_FIRST_RARE + (ord(character) * 7_919 + chance.randrange(40)) % _RARE)


def _shuffled(body: str, chance: random.Random) -> str:
    """*body* with the sentences of its text nodes in another order, some left out and some words turned; without
    text nodes, as in Markdown, with words turned only."""
    pieces = [_SENTENCE.findall(found[0]) for found in _TEXT.finditer(body)]
    sentences = [sentence for piece in pieces for sentence in piece if sentence.strip()]
    if not sentences:
        return turn_words(body, chance)
    chance.shuffle(sentences)
    kept = iter(sentences[: max(1, round(len(sentences) * (1 - _DROPPED)))])
    counts = iter(pieces)

    def refill(_: re.Match[str]) -> str:
        wanted = sum(1 for sentence in next(counts) if sentence.strip())
        return turn_words("".join(next(kept, "") for _ in range(wanted)), chance)

    return _TEXT.sub(refill, body)
