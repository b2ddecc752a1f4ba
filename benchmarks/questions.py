"""Does a question find the article that answers it? `python -m benchmarks.questions INDEX`.

Titles that are questions are asked in other words: 如何浇花 as 怎么浇花 and as 浇花怎么做. Prints how many of the
questions find the article with the title, and have it first, and the questions that do not have it first.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import searchkit
from benchmarks.promises import Case

SEED, MOST = 20_240_514, 200
LEAST = 4  # characters that are asked about: with fewer there is no telling which article is meant
_QUESTION = re.compile("(如何|怎么|怎样|为什么)([^？?！!。]+)")
_OTHER = {"如何": "怎么", "怎么": "如何", "怎样": "如何", "为什么": "为何"}


@dataclass(frozen=True)
class Answer:
    """A question, and where in the list the first of its articles stands; None if it is not there."""

    question: Case
    place: int | None


def in_other_words(title: str) -> tuple[str, ...]:
    """The questions for a title that is one, up to its end; nothing for others.

    >>> in_other_words("如何给月季浇水？三个诀窍"), in_other_words("为什么天是蓝的")
    (('怎么给月季浇水', '给月季浇水怎么做'), ('为何天是蓝的', '天是蓝的是为什么'))
    """
    found = _QUESTION.match(title)
    if not found or len(found[2].strip()) < LEAST:
        return ()
    asking, rest = found[1], found[2].strip()
    return _OTHER[asking] + rest, rest + ("是为什么" if asking == "为什么" else "怎么做")


def make_questions(articles: Iterable[searchkit.Article], most: int = MOST) -> list[Case]:
    """Two questions for each of at most so many titles."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for article in articles:
        for title in (article.title, *article.other_titles):
            if texts := in_other_words(title):
                owners.setdefault(texts, set()).add(article.id)
    chosen = random.Random(SEED).sample(sorted(owners), min(most, len(owners)))
    return [Case(text, frozenset(owners[texts])) for texts in chosen for text in texts]


def answers(index: searchkit.Index, questions: Iterable[Case]) -> Iterator[Answer]:
    """Where the article of each of *questions* stands."""
    for question in questions:
        found = index.scored(question.query)
        yield Answer(question, next((n for n, (id_, _) in enumerate(found, 1) if id_ in question.ids), None))


def report(found: list[Answer]) -> Iterator[str]:
    """A line of shares, then one for each question without its article first."""
    places = [answer.place for answer in found if answer.place]
    ten, first = sum(place <= 10 for place in places), places.count(1)
    shares = (f"{count / len(found):.1%}" for count in (len(places), ten, first))
    yield "{} questions: {} found, {} in the first ten, {} first".format(len(found), *shares)
    yield from (f"{answer.place or '-'}\t{answer.question.query}" for answer in found if answer.place != 1)


def main() -> None:
    """Ask and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__)
    arguments.add_argument("index")
    options = arguments.parse_args()
    with searchkit.open_index(options.index) as index:
        found = list(answers(index, make_questions(index)))
    print("\n".join(report(found)))


if __name__ == "__main__":
    main()
