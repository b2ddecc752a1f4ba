"""What is found as plain values and as JSON, described in docs/json.md: the command line prints it, and a server
answers with it. The form changes only together with JSON_VERSION."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from searchkit.patterns import lazy_pattern
from searchkit.schema import JSON_VERSION
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit.gap_log import Gap
    from searchkit.model import Article, Contribution, Hit, Quote, Results
    from searchkit.reports import Cluster, Explanation, IndexStats, NewWord, Period, Repost, Timeline
    from searchkit.schema import Facet

_PAIR = lazy_pattern(r"\[\n\s+([^\s\[{][^\n]*),\n\s+([^\s\[{][^\n]*)\n\s+\]")
_HARMFUL_IN_JSON = lazy_pattern("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(values: dict[str, Any], *, indent: int | None = 2) -> str:
    """*values* as one JSON object, with the version of its schema first; without *indent* on one line."""
    return dump_json({"version": JSON_VERSION, **values}, indent=indent) + "\n"


def object_schema(optional: Mapping[str, Any] | None = None, /, **properties: Any) -> dict[str, Any]:
    """The JSON Schema of an object that has all *properties*; others may be added in the same version."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, **(optional or {})},
    }


def members(value: object, names: str) -> dict[str, Any]:
    """The attributes of *value* with these *names*, in this order, which is that of docs/json.md.

    >>> members(3 + 4j, "imag real")
    {'imag': 4.0, 'real': 3.0}
    """
    return {name: getattr(value, name) for name in names.split()}


def results_to_dict(results: Results) -> dict[str, Any]:
    """A page of results as plain values."""
    return members(results, "query total complete semantic took_ms suggestion quote hits facets notes") | {
        "took_ms": round(results.took_ms, 1),
        "quote": results.quote and quote_to_dict(results.quote),
        "hits": [hit_to_dict(hit) for hit in results.hits],
    }


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """A quote as plain values."""
    return {
        **members(quote.article, "id title date author tags categories url"),
        **members(quote, "path identity start end text"),
        "identity": round(quote.identity, 4),
        "differences": [members(difference, "start end given") for difference in quote.differences],
    }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A hit as plain values; `explanation` only where it was asked for."""
    names = "id title score date author tags categories url path duplicates reposts newest without suggested"
    values = members(hit, f"{names} title_highlights snippets") | {
        "score": round(hit.score, 4),
        "snippets": [members(snippet, "text highlights") for snippet in hit.snippets],
    }
    if hit.explanation:
        values["explanation"] = [
            members(c, "name field signal score") | {"score": round(c.score, 4)} for c in hit.explanation
        ]
    return values


def cluster_to_dict(cluster: Cluster) -> dict[str, Any]:
    """A cluster of reposts as plain values."""
    return {
        "first": cluster.first.article.id,
        "newest": cluster.newest.article.id if cluster.newest else "",
        "articles": [_repost_to_dict(repost) for repost in cluster.reposts],
    }


def _repost_to_dict(repost: Repost) -> dict[str, Any]:
    return {
        **members(repost.article, "id title date author tags categories url"),
        "path": repost.path,
        "identity": repost.identity and round(repost.identity, 4),
        "differences": [members(difference, "start end given") for difference in repost.differences],
    }


def timeline_to_dict(timeline: Timeline) -> dict[str, Any]:
    """A timeline as plain values; `against` and `both` only where it is held against another one."""
    values = {
        **members(timeline, "by undated"),
        "periods": [_period_to_dict(period) for period in timeline.periods],
        "first": timeline.first and hit_to_dict(timeline.first),
        "last": timeline.last and hit_to_dict(timeline.last),
        "rises": [
            {
                **_period_to_dict(rise.period),
                "before": _period_to_dict(rise.before),
                "hit": hit_to_dict(rise.hit),
            }
            for rise in timeline.rises
        ],
    }
    if timeline.against:
        values |= {"against": dated_list_to_dict(timeline.against), "both": timeline.both}
    return values


def dated_list_to_dict(timeline: Timeline) -> dict[str, Any]:
    """A timeline as plain values, after the query whose list it is of."""
    return {**members(timeline, "query total"), **timeline_to_dict(timeline)}


def _period_to_dict(period: Period) -> dict[str, Any]:
    return members(period, "name since until count of")


def values_to_dict(facet: Facet, prefix: str, values: Sequence[tuple[str, int]], total: int) -> dict[str, Any]:
    """The first *values* of a facet, of *total*, as plain values."""
    return {"facet": facet, "prefix": prefix, "total": total, "values": values}


def new_words_to_dict(words: Sequence[NewWord]) -> dict[str, Any]:
    """Names and terms that the dictionaries lack as plain values."""
    return {"words": [_new_word_to_dict(word) for word in words]}


def _new_word_to_dict(word: NewWord) -> dict[str, Any]:
    return members(word, "word cut cut_then count accounts articles changes asked") | {
        "example": word.example and hit_to_dict(word.example),
    }


def source_to_dict(quote: Quote | None) -> dict[str, Any]:
    """The origin of a passage as plain values."""
    return {"quote": quote and quote_to_dict(quote)}


def article_to_dict(article: Article, *, path: str, clusters: Iterable[Cluster] = ()) -> dict[str, Any]:
    """An article as plain values; *clusters* are those of reposts that it is in."""
    return {
        **members(article, "id title date lastmod author tags categories url description"),
        "path": path,
        **members(article, "aliases draft duplicates"),
        "reposts": [one for cluster in clusters for one in cluster.ids if one != article.id],
        **members(article, "other_titles body"),
    }


def stats_to_dict(stats: IndexStats) -> dict[str, Any]:
    """The statistics as plain values."""
    return {
        "index": stats.location,
        "corpus": stats.corpus,
        "built": stats.built.isoformat(timespec="seconds") if stats.built else "",
        "bytes": stats.size,
        **members(stats, "articles files drafts failed terms user_words facets versions"),
        "problems": [problem.to_dict() for problem in stats.problems],
    }


def gaps_to_dict(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Queries that found little as plain values."""
    return {"gaps": [members(gap, "query count last complete now suggestion") for gap in gaps]}


def reasons_to_dict(reasons: Explanation) -> dict[str, Any]:
    """The reasons as plain values."""
    return {
        **members(reasons, "query id shown_as"),
        "found": reasons.rank is not None,
        **members(reasons, "rank total complete"),
        "score": round(reasons.score, 4) if reasons.score else None,
        **members(reasons, "outside filtered"),
        "wants": [{"text": text, "there": there} for text, there in reasons.wants],
        "excluded": reasons.excluded,
        "explanation": [{"name": addend_name(c), "score": round(c.score, 4)} for c in reasons.contributions],
    }


def addend_name(addend: Contribution) -> str:
    """The name of an addend of a score, and its field."""
    if addend.field:
        return _("{name} in {field}").format(name=addend.name, field=addend.field)
    return addend.name if addend.signal else _bonus_name(addend.name)


def _bonus_name(name: str) -> str:
    """What is added for no word, as people call it."""
    names = {
        "exact title": _("exact title"),
        "as typed": _("as typed"),
        "recency": _("recency"),
        "meaning": _("meaning"),
    }
    return names.get(name, name)


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """*value* as JSON, not escaped to ASCII; characters that control a terminal are escaped. With *indent*, a pair
    such as a highlight stays on one line. A date is in ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_iso_8601)
    if indent:
        text = _PAIR.sub(r"[\1, \2]", text)
    return _HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _iso_8601(value: date) -> str:
    return value.isoformat()
