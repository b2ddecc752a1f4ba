"""A query tree as a line of text, for golden cases."""

from __future__ import annotations

from datetime import datetime

from searchkit.query import ast


def written(node: ast.Node) -> str:
    """*node* on one line: words as they are, phrases in quotes, everything else as name(parts)."""
    match node:
        case ast.Text(text):
            return text or "nothing"
        case ast.Phrase(text, slop):
            return f'"{text}"' + (f"~{slop}" if slop else "")
        case ast.Pattern(text):
            return f"pattern({text})"
        case ast.Fuzzy(text, distance):
            return f"fuzzy({text}, {distance})"
        case ast.Dates(since, until):
            return f"dates({_day(since)} to {_day(until)})"
        case ast.In(field, inner):
            return f"in {field}({written(inner)})"
        case ast.Boosted(factor, inner):
            return f"{factor:g} times({written(inner)})"
        case ast.Not(inner):
            return f"not({written(inner)})"
        case ast.And(nodes):
            return f"must({', '.join(map(written, nodes))})"
        case ast.Or(nodes):
            return f"either({', '.join(map(written, nodes))})"
        case ast.Words(nodes):
            return f"words({', '.join(map(written, nodes))})"


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else "…"
