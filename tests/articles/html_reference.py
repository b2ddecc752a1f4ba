"""HTML -> plain text by BeautifulSoup: the reference for `html_to_text`.

The tree is changed until each text in it is text of the page, from the innermost elements out, and then read.
"""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, PreformattedString, Tag

from searchkit.articles.html import encoded, fuller
from searchkit.articles.html_elements import SOFT, Kind, Page, formula_of, kind_of
from searchkit.articles.html_pieces import (
    EDGE,
    END,
    LONGEST_ATTACHED,
    LONGEST_LINE,
    MARKS,
    PICTURE,
    READING,
    are_longer,
    are_numbers,
    are_prose,
    attached,
    bare,
    folded,
    has_letters,
    line_of,
    picture,
    text_of,
)


def soup_to_text(markup: str) -> str:
    """The text of *markup* by BeautifulSoup with lxml's parser."""
    tree = _Tree(Page(markup))
    has_soft = any(kind in SOFT for _, kind in tree.nodes)  # without them it reads the same when lenient
    text = _text(tree)
    return fuller(text, _text(_Tree(Page(markup, lenient=True)))) if has_soft else text


def _text(tree: _Tree) -> str:
    """The text of *tree*, which is changed."""
    for node, kind in reversed(tree.nodes):
        tree.reduce(node, kind)
    tree.clear_furniture()
    return text_of(list(_pieces(tree.soup)))


class _Piece(NavigableString):
    """A piece of text as it is: with marks, or folded already."""


class _Tree:
    """The tree of a page and the kinds of its elements."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.soup = BeautifulSoup(encoded(page.markup).decode("utf-8"), "lxml", multi_valued_attributes=None)
        kinds = [(node, kind_of(node.name, _attributes(node), page)) for node in self.soup.find_all(True)]
        self.nodes = [(node, kind) for node, kind in kinds if kind]
        self._kinds = {id(node): kind for node, kind in self.nodes}

    def reduce(self, node: Tag, kind: Kind) -> None:
        """Change *node* by the rule of its *kind*; everything in it was changed before."""
        if kind is Kind.DROPPED:
            node.decompose()
        elif kind in (Kind.HIDDEN, Kind.CONTROL, Kind.NOSCRIPT):
            self._reduce_soft(node, kind)
        elif kind is Kind.NUMBERS and are_numbers(_inside(node)):
            node.clear()
        elif kind is Kind.FORMULA:
            self._reduce_formula(node)
        elif kind is Kind.MATH:
            self._reduce_math(node)
        elif kind in (Kind.RAISED, Kind.LOWERED) and self.page.closes(node.name):
            _reduce_attached(node, kind)
        elif kind is Kind.READING:
            _reduce_reading(node)
        elif kind is Kind.PICTURE:
            node.replace_with(_Piece(picture(_attributes(node))))

    def clear_furniture(self) -> None:
        """Remove what is around the main part of the page."""
        furniture = [node for node, kind in self.nodes if kind is Kind.FURNITURE and self._is_furniture(node)]
        mains = [node for node, kind in self.nodes if kind is Kind.MAIN and self._stands(node)]
        if any(any(map(bare, _inside(node))) for node in mains):
            for node in furniture:
                node.clear()

    def _reduce_soft(self, node: Tag, kind: Kind) -> None:
        heading = self._within(node, Kind.HEADING) or self._around(node, Kind.HEADING)
        if not self.page.closes(node.name) or (node.name == "button" and heading):
            return
        if kind is Kind.HIDDEN and are_prose(_inside(node)):
            return
        pictures = [piece for piece in _inside(node) if piece[:1] == PICTURE] if kind is Kind.NOSCRIPT else []
        node.replace_with(*map(_Piece, pictures))

    def _reduce_formula(self, node: Tag) -> None:
        if self.page.closes(node.name):
            node.clear()
        node.insert(0, _Piece(formula_of(_attributes(node))))

    def _reduce_math(self, node: Tag) -> None:
        sources = [each for each in node.find_all("annotation") if self._is(each, Kind.TEX)]
        outermost = [
            each for each in sources if not any(each is not other and other in each.parents for other in sources)
        ]
        lines = [line for each in outermost if (line := line_of(_inside(each)))]
        if lines:
            node.clear()
            node.append(_Piece(lines[-1]))

    def _is_furniture(self, node: Tag) -> bool:
        return (
            self._stands(node)
            and self.page.closes(node.name)
            and not self._around(node, Kind.MAIN)
            and not (node.name == "header" and self._around(node, Kind.HEADING))
            and (node.name == "nav" or not self._within(node, Kind.MAIN))
        )

    def _is(self, node: PageElement, kind: Kind) -> bool:
        return self._kinds.get(id(node)) is kind

    def _within(self, node: Tag, kind: Kind) -> bool:
        return any(self._is(parent, kind) for parent in node.parents)

    def _around(self, node: Tag, kind: Kind) -> bool:
        return any(self._is(child, kind) for child in node.descendants)

    def _stands(self, node: Tag) -> bool:
        """Whether *node* is still in the tree."""
        return node is self.soup or any(parent is self.soup for parent in node.parents)


def _attributes(node: Tag) -> dict[str, str]:
    return {name: str(value) for name, value in node.attrs.items()}


def _reduce_attached(node: Tag, kind: Kind) -> None:
    own = _inside(node)
    if has_letters(own):
        if kind is Kind.RAISED:
            node.insert(0, _Piece(EDGE))
            node.append(_Piece(EDGE))
    elif not are_longer(own, LONGEST_ATTACHED):
        for string in list(node.strings):
            string.replace_with(type(string)(attached(string, kind)))


def _reduce_reading(node: Tag) -> None:
    own = _inside(node)
    if not are_longer(own, LONGEST_LINE):
        node.replace_with(*[_Piece(READING + line + END)] if (line := line_of(own)) else [])


def _inside(node: Tag) -> list[str]:
    """The pieces in *node*, without its own marks."""
    in_code = node.name == "pre" or node.find_parent("pre") is not None
    return list(_pieces(node, in_code=in_code))[1:-1]


def _pieces(root: Tag, *, in_code: bool = False) -> Iterator[str]:
    """The pieces of *root*, in which everything that is left is text."""
    todo: list[PageElement | tuple[str]] = [root]
    pre = int(in_code)
    while todo:
        node = todo.pop()
        if isinstance(node, Tag):
            pre += node.name == "pre" and node is not root
            yield _mark(node.name, pre > 0)
            todo.append((node.name,))
            todo.extend(reversed(node.contents))
        elif isinstance(node, tuple):
            yield "" if node[0] == "br" else _mark(node[0], pre > 0)
            pre -= node[0] == "pre"
        elif isinstance(node, NavigableString) and (
            isinstance(node, CData) or not isinstance(node, PreformattedString)
        ):
            yield str(node) if pre or isinstance(node, _Piece) else folded(str(node))


def _mark(name: str, in_code: bool) -> str:
    return MARKS.get(name, "\n" if in_code and name == "code" else "")
