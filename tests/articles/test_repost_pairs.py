"""What is asked of many pairs at a time rules out none that are reposts when they are aligned."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from searchkit.articles.repost_pairs import are_reposts, repost_pairs
from searchkit.articles.shingles import MOST, Sample, sample_of
from tests.articles.copies import edited, prose, shingles_of


def _sample(text: str) -> Sample:
    return sample_of(shingles_of(text), b"")


def _aligned(samples: list[Sample]) -> list[tuple[int, int]]:
    numbers = combinations(range(len(samples)), 2)
    return [(one, other) for one, other in numbers if are_reposts(samples[one], samples[other])]


@pytest.mark.parametrize("sentences", [20, 60, 300])
def test_pairs_are_those_of_an_alignment_of_all(sentences: int) -> None:
    """Copies with more and more changes, of texts that have parts in common; some are not sampled whole."""
    texts = []
    for number in range(8):
        text = f"{prose('common', sentences // 2)}\n{prose(number, sentences)}"
        shares = (0.0, 0.02, 0.1, 0.2, 0.3, 0.4, 0.5)
        texts += [edited(text, share, f"{number} {share}") for share in shares]
        texts += [text[: len(text) * 7 // 10], f"{text}\n{prose('more', sentences // 3)}"]
    samples = [_sample(text) for text in texts]
    found = list(repost_pairs(samples))
    assert found == _aligned(samples)
    assert len(found) > 80


def test_samples_of_texts_of_very_different_lengths_are_compared_up_to_the_same_hash() -> None:
    short, long = _sample(prose("short", 15)), _sample(prose("long", 2_000))
    assert short.hashes.size < MOST
    assert list(repost_pairs([short, long, short])) == [(0, 2)]


def test_the_same_sentences_in_another_order_are_not_even_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    aligned = []
    monkeypatch.setattr("searchkit.articles.repost_pairs.are_reposts", lambda *pair: aligned.append(pair))
    lines = prose("long", 300).split("\n")
    orders = []
    for seed in range(6):
        random.Random(seed).shuffle(lines)
        orders.append(_sample("\n".join(lines)))
    assert list(repost_pairs(orders)) == []
    assert not aligned


def test_of_no_texts_there_are_no_pairs() -> None:
    assert list(repost_pairs([])) == list(repost_pairs([_sample(prose("one"))])) == []
