"""The search as a browser's own: a keyword of the address bar (OpenSearch 1.1), and what it suggests there."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from searchkit.translation import gettext as _
from searchkit.web.asking import query_of
from searchkit.web.completions import completions
from searchkit.web.pages import index_of
from searchkit.web.templating import article_url, static_url
from searchkit.web.xml_text import added, origin, xml_response

DESCRIPTION = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def description(request: Request) -> Response:
    """`GET /opensearch.xml`: how a browser searches here."""
    base = origin(request)
    made = Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    added(made, "ShortName", "searchkit")
    added(made, "Description", _("Search the articles"))
    added(made, "InputEncoding", "UTF-8")
    added(made, "Image", base + static_url("icon.svg"), width="16", height="16", type="image/svg+xml")
    SubElement(made, "Url", type="text/html", method="get", template=f"{base}/?q={{searchTerms}}")
    SubElement(made, "Url", type=SUGGESTIONS, template=f"{base}/suggest?q={{searchTerms}}")
    SubElement(made, "Url", type="application/atom+xml", template=f"{base}/feed.atom?q={{searchTerms}}")
    SubElement(made, "Url", type=DESCRIPTION, rel="self", template=f"{base}/opensearch.xml")
    return xml_response(made, DESCRIPTION)


def suggestions(request: Request) -> Response:
    """`GET /suggest`: the text, how it may go on, what each way is, and where it leads."""
    text, base = query_of(request.query_params), origin(request)
    ways = completions(index_of(request), text)
    kinds = [way.kind if way.count is None else f"{way.kind} ({way.count:,})" for way in ways]
    places = [base + article_url(way.id) if way.id else "" for way in ways]
    return JSONResponse([text, [way.text for way in ways], kinds, places], media_type=SUGGESTIONS)
