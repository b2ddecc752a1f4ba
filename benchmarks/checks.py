"""What must hold before a time is printed. A benchmark of wrong answers is an error, not a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Hits = Sequence[tuple[int, float]]
"""Numbers of articles and their scores, best first."""


class CheckFailed(AssertionError):
    """A peer or searchkit gave a wrong answer, so that its time means nothing."""


def check(holds: bool, message: str) -> None:
    """Raises CheckFailed with *message* unless it *holds*."""
    if not holds:
        raise CheckFailed(message)


def check_counts(term: str, wanted: int, counts: Mapping[str, int]) -> None:
    """Every engine finds as many articles with *term* as there are."""
    wrong = {name: count for name, count in counts.items() if count != wanted}
    check(not wrong, f"{wanted} articles hold {term!r}, but {_listed(wrong)}")


def check_same_top(query: str, exhaustive: Hits, accelerated: Hits, tolerance: float = 1e-9) -> None:
    """The scores are the same, and so is every article that scores more than the last."""
    name = f"query {query!r}"
    check(
        len(exhaustive) == len(accelerated),
        f"{name}: {len(accelerated)} hits where the exhaustive search has {len(exhaustive)}",
    )
    for place, ((_, wanted), (_, got)) in enumerate(zip(exhaustive, accelerated, strict=True), 1):
        check(
            abs(wanted - got) <= tolerance * max(1.0, abs(wanted)),
            f"{name}: the score at place {place} is {got!r}, the exhaustive search says {wanted!r}",
        )
    last = exhaustive[-1][1] if exhaustive else 0.0
    must = {number for number, score in exhaustive if score > last + tolerance * max(1.0, abs(last))}
    lost = must - {number for number, _ in accelerated}
    check(not lost, f"{name}: articles {sorted(lost)} of the exhaustive search are not among the hits")


def check_found(what: str, wanted: object, found: Iterable[object]) -> None:
    """*wanted* is among what was *found*."""
    check(wanted in set(found), f"{what}: {wanted!r} was not found")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} finds {count}" for name, count in counts.items())
