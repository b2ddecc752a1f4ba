"""Of several articles with nearly the same text the page lists one, and names the others."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from tests.articles.copies import edited, prose
from tests.conftest import make_article
from tests.web.conftest import ORIGIN


def test_a_hit_and_an_article_name_the_reposts(tmp_path: Path) -> None:
    text = prose("渡口")
    first = make_article("渡口的一年", text, "2024-02-01", author="甲")
    copy = make_article("渡口的又一年", edited(text, 0.03), "2024-03-01", author="乙")
    searchkit.reindex([first, copy], tmp_path, jobs=1)
    app = create_app(searchkit.Config(index=str(tmp_path)))
    with TestClient(app, base_url=ORIGIN, headers={"accept-language": "zh-CN"}) as browser:
        page = browser.get("/", params={"q": "渡口"}).text
        assert page.count('<li class="hit">') == 1
        assert "+1 篇转载" in page
        assert "最新" in page
        shown = browser.get(f"/article/{first.id}").text
        assert "渡口的又一年</a>" in shown.partition('<section class="reposts">')[2]
