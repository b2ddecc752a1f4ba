"""Nothing on any page keeps anybody out, as far as a program can tell: light and dark, on telephone and screen."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Literal

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import Open
from tests.browser.pages import ADDRESSES

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"telephone": 360, "screen": 1280}
_SYSTEM = """name => {
  const element = document.body.appendChild(document.createElement("i"));
  element.style.color = name;
  return getComputedStyle(element).color;
}"""
_WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_keeps_anybody_out(open_page: Open, axe_script: Path, name: str) -> None:
    # The policy lets no axe in, and a colour that is still changing would be measured
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    page.goto(ADDRESSES[name])
    page.add_script_tag(path=axe_script)
    found: list[str] = []
    for scheme, (device, width) in product(SCHEMES, WIDTHS.items()):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 740})
        found += (f"{scheme}, {device}: {violation}" for violation in violations(page))
        assert page.evaluate(_WIDER) <= 0, f"the page is wider than a {device}"
    assert found == []


def test_a_page_can_be_read_at_four_times_its_size(open_page: Open) -> None:
    """1280 pixels at 400 % are 320 of them (WCAG 2.2, 1.4.10)."""
    page = open_page(viewport={"width": 320, "height": 256})
    for address in ADDRESSES.values():
        page.goto(address)
        assert page.evaluate(_WIDER) <= 0, address


def test_nothing_moves_for_who_wants_it_so(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    for address in ADDRESSES.values():
        page.goto(address)
        assert page.evaluate("() => document.getAnimations().length") == 0, address


def test_two_queries_are_told_apart_in_forced_colours(open_page: Open) -> None:
    page = open_page(forced_colors="active")
    page.goto(ADDRESSES["two queries over time"])
    fills = "bars => [...new Set(bars.map(bar => getComputedStyle(bar).fill))]"
    (first,) = page.locator(".timeline a:not(.other) path").evaluate_all(fills)
    (other,) = page.locator(".timeline a.other path").evaluate_all(fills)
    assert (first, other) == (page.evaluate(_SYSTEM, "CanvasText"), page.evaluate(_SYSTEM, "LinkText"))
    assert first != other
