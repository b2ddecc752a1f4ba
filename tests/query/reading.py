"""A query tree as a line of text, for golden cases."""

from __future__ import annotations

from datetime import datetime

from searchkit.query import tree


def written(node: tree.Node) -> str:
    """*node* on one line: words as they are, phrases in quotes, everything else as name(parts)."""
    match node:
        case tree.Text(text):
            return text or "nothing"
        case tree.Phrase(text, slop):
            return f'"{text}"' + (f"~{slop}" if slop else "")
        case tree.Pattern(text):
            return f"pattern({text})"
        case tree.Fuzzy(text, distance):
            return f"fuzzy({text}, {distance})"
        case tree.Dates(since, until):
            return f"dates({_day(since)} to {_day(until)})"
        case tree.In(field, inner):
            return f"in {field}({written(inner)})"
        case tree.Boosted(factor, inner):
            return f"{factor:g} times({written(inner)})"
        case tree.Not(inner):
            return f"not({written(inner)})"
        case tree.And(nodes):
            return f"must({', '.join(map(written, nodes))})"
        case tree.Or(nodes):
            return f"either({', '.join(map(written, nodes))})"
        case tree.Words(nodes):
            return f"words({', '.join(map(written, nodes))})"


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else "…"
