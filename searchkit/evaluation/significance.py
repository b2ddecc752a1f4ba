"""Two runs of the same queries -> their differences, with confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.evaluation.measures import MEASURES, Scores

RESAMPLES = 10_000
_SEED = 20_240_514
_SHARE = 0.95
_EQUAL = 1e-9
_CHUNK_SIZE = 4_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher a measure is than the baseline's: the mean over the queries, the ends `low` and `high` of
    its 95 % interval, and how many queries are better, worse and equal. If the interval contains 0, the difference
    may be chance."""

    measure: str
    mean: float
    low: float
    high: float
    better: int
    worse: int
    equal: int


def compare(scores: Sequence[Scores], baseline: Sequence[Scores]) -> tuple[Difference, ...]:
    """The difference of each measure. Both sequences have the same queries in the same order, at least one."""
    return tuple(
        _difference(name, [getattr(a, name) - getattr(b, name) for a, b in zip(scores, baseline, strict=True)])
        for name in MEASURES
    )


def bootstrap_interval(differences: Sequence[float], *, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The two-sided 95 % interval of the mean of paired *differences*, one per query: the queries are sampled with
    replacement *resamples* times, and the interval contains the middle 95 % of the means. The samples are the same
    in every call.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (the percentile interval);
    Sakai, "Evaluating evaluation metrics based on the bootstrap", 2006, for paired runs.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    generator = np.random.default_rng(_SEED)
    step = max(1, _CHUNK_SIZE // len(values))
    means = [
        values[generator.integers(0, len(values), size=(min(step, resamples - done), len(values)))].mean(axis=1)
        for done in range(0, resamples, step)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - _SHARE) / 2, (1 + _SHARE) / 2])
    return float(low), float(high)


def _difference(measure: str, differences: list[float]) -> Difference:
    low, high = bootstrap_interval(differences)
    better = sum(value > _EQUAL for value in differences)
    worse = sum(value < -_EQUAL for value in differences)
    mean = sum(differences) / len(differences)
    return Difference(measure, mean, low, high, better, worse, len(differences) - better - worse)
