"""Numbers over time -> a picture: panels one below the other, each with lines of its own and a scale from 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]
_WIDTH, _HEIGHT = 640, 110
_LEFT, _TOP, _GAP, _RIGHT = 60, 44, 52, 130
_COLOURS = ("#1f6fb2", "#c4511c", "#3a8a3f", "#7a4fa0")
_MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class Panel:
    """A scale with a title, and lines by name: (minutes, value) in the order of time."""

    title: str
    lines: dict[str, Points]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """The panels as SVG."""
    minutes = max((points[-1][0] for panel in panels for points in panel.lines.values() if points), default=1.0)
    height = _TOP + len(panels) * (_HEIGHT + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + _RIGHT}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{_LEFT}" y="18" font-size="15">{escape(title)}</text>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, _TOP + number * (_HEIGHT + _GAP), minutes or 1.0)
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, top: int, minutes: float) -> list[str]:
    highest = _round_up(max((value for points in panel.lines.values() for _, value in points), default=1.0))
    bottom = top + _HEIGHT
    parts = [f'<text x="{_LEFT}" y="{top - 6}" font-weight="bold">{escape(panel.title)}</text>']
    for share in (0, 0.5, 1):
        y = bottom - share * _HEIGHT
        parts.append(f'<path d="M{_LEFT} {y:g}h{_WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:g}" text-anchor="end">{highest * share:,.6g}</text>')
        x, anchor = _LEFT + share * _WIDTH, ("start", "middle", "end")[int(share * 2)]
        parts.append(f'<text x="{x:g}" y="{bottom + 15}" text-anchor="{anchor}">{minutes * share:.3g} min</text>')
    for number, (name, points) in enumerate(panel.lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        line = " ".join(
            f"{_LEFT + minute / minutes * _WIDTH:.1f},{bottom - value / highest * _HEIGHT:.1f}"
            for minute, value in _thinned(points)
        )
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{line}"/>')
        parts.append(
            f'<text x="{_LEFT + _WIDTH + 8}" y="{top + 12 + 17 * number}" fill="{colour}">{escape(name)}</text>'
        )
    return parts


def _thinned(points: Points) -> Points:
    return points[:: -(-len(points) // _MOST_POINTS) or 1]


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not below *value*."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if step * factor >= value:
                return step * factor
        step *= 10
