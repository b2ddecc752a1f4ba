"""A Jupyter notebook -> text: the prose and the code of its cells, and what the code printed.

The format is https://nbformat.readthedocs.io; version 3 has its cells in worksheets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from searchkit.articles.decode import decode
from searchkit.articles.formats.plain import front_matter_of
from searchkit.articles.front_matter import FrontMatter
from searchkit.articles.html_markup import paragraphs_of
from searchkit.articles.markdown import markup_of_body, read_body
from searchkit.articles.plain_text import tidy
from searchkit.articles.reading import Reading
from searchkit.errors import ArticleError

_MOST_PRINTED = 2_000
"""Characters of one output. Not measured: a table of thirty lines; a log goes on for ever."""


def read_notebook(data: bytes) -> Reading:
    """A notebook.

    Raises:
        ArticleError: it is none.
    """
    notebook, matter, cells, remark = _opened(data)
    prose = "\n\n".join(_source(cell) for cell in cells if cell.get("cell_type") == "markdown")
    whole = read_body(prose)
    return Reading(
        tidy("\n".join(_text(cell, tidy if whole.left else _prose) for cell in cells)),
        (matter.values, _metadata(notebook), {"title": whole.heading, "tags": list(whole.tags)}),
        reasons=(matter.reason, whole.left, remark),
    )


def notebook_to_html(data: bytes) -> Iterator[str]:
    """The HTML of each cell of a notebook, and of what it printed.

    Raises:
        ArticleError: it is none.
    """
    for cell in _opened(data)[2]:
        source = _source(cell)
        if cell.get("cell_type") == "markdown":
            markup = markup_of_body(source)
            yield paragraphs_of(source) if markup is None else markup
        else:
            texts = (source, *map(_printed, _mappings(cell.get("outputs"))))
            yield "".join(f"<pre><code>{escape(text)}</code></pre>" for text in texts if text.strip())


def _opened(data: bytes) -> tuple[Mapping[str, Any], FrontMatter, list[Mapping[str, Any]], str | None]:
    """A notebook, its front matter, its cells without that, and a remark on its encoding."""
    text, remark = decode(data)
    notebook = _parsed(text)
    cells = list(_cells(notebook))
    matter = front_matter_of(
        _source(cells[0]) if cells and cells[0].get("cell_type") in ("raw", "markdown") else ""
    )
    if matter.values:
        cells[0] = {**cells[0], "source": matter.body}
    return notebook, matter, cells, remark


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not a notebook: {error}") from None
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & set(notebook):
        raise ArticleError("not a notebook: it has no cells")
    return notebook


def _cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The cells; a heading of version 3 is a cell of Markdown."""
    sheets = [notebook, *_mappings(notebook.get("worksheets"))]
    for cell in (cell for sheet in sheets for cell in _mappings(sheet.get("cells"))):
        if cell.get("cell_type") == "heading":
            yield {"cell_type": "markdown", "source": "# " + _source(cell)}
        else:
            yield cell


def _text(cell: Mapping[str, Any], to_text: Callable[[str], str]) -> str:
    source = _source(cell)
    if cell.get("cell_type") == "markdown":
        return to_text(source)
    return "\n".join([source, *map(_printed, _mappings(cell.get("outputs")))])


def _prose(source: str) -> str:
    return read_body(source).text


def _source(cell: Mapping[str, Any]) -> str:
    return _joined(cell.get("source") or cell.get("input"))


def _printed(output: Mapping[str, Any]) -> str:
    """The text of an output: neither pictures, nor what Python calls an object that is one (`<Figure size …>`)."""
    if output.get("output_type") in ("error", "pyerr"):
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"[:_MOST_PRINTED]
    data = output.get("data")
    text = _joined(output.get("text") or (data.get("text/plain") if isinstance(data, dict) else None))
    is_object = text.lstrip().startswith("<") and text.rstrip().endswith(">")
    return "" if is_object else text[:_MOST_PRINTED]


def _joined(value: Any) -> str:
    """A text, which a notebook may hold as a list of its lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _metadata(notebook: Mapping[str, Any]) -> dict[str, Any]:
    found = notebook.get("metadata")
    values = found if isinstance(found, dict) else {}
    authors = [author.get("name") for author in _mappings(values.get("authors"))]
    return {
        "title": values.get("title"),
        "authors": authors,
        "date": values.get("date"),
        "tags": values.get("tags"),
    }
