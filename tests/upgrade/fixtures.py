"""Three articles, the packed indexes of them that released and present code wrote, and their answers."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import searchkit
from searchkit.analysis.fingerprint import fingerprint
from searchkit.engines.whoosh.segment_meta import read_sealed, write_sealed
from searchkit.index import reader_of
from searchkit.model import Article
from searchkit.schema import SCHEMA_VERSION

INDEXES = Path(__file__).parent / "indexes"
_EPOCH = (1980, 1, 1, 0, 0, 0)

ARTICLES = (
    Article(
        "观星/月全食.md", "月全食为什么是红色的",
        "月亮走进地球的影子，却没有全黑。红光穿过大气，被折到影子里，所以月亮是红色的。",
        tags=("天文", "月亮"), categories=("观星",), author="林远", date=datetime(2025, 9, 8),
    ),
    Article(
        "生信/FindMarkers.md", "Seurat 的 FindMarkers 怎么用",
        "FindMarkers 比较两群细胞，给出差异基因。先看 avg_log2FC，再看 p_val_adj；GPT-5.2 也会这样讲。",
        tags=("生信", "R"), categories=("笔记",), author="陈青", date=datetime(2024, 5, 1),
    ),
    Article(
        "吃/番茄炒蛋.md", "番茄炒蛋",
        "番茄要熟，鸡蛋要嫩。先炒蛋，盛出来，再炒番茄；出汁以后把蛋倒回去。影子里的番茄不红。",
        tags=("菜谱",), date=datetime(2023, 1, 2),
    ),
)  # fmt: skip
FACETS: tuple[searchkit.Facet, ...] = ("tag", "year", "month", "day")
QUERIES = (
    "月亮", "FindMarkers", "番茄 影子", '"先炒蛋"', "tag:天文", "author:陈青", "find*", "gpt-5.2", "红色 OR 基因",
    "year:2023..2024", "没有这个词语",
)  # fmt: skip


def packed() -> dict[str, Path]:
    """The packed indexes by name, such as "schema-1"."""
    return {path.stem: path for path in sorted(INDEXES.glob("*.zip"))}


def unpack(name: str, place: Path) -> Path:
    """The index of that name, unpacked at *place*."""
    with zipfile.ZipFile(packed()[name]) as archive:
        archive.extractall(place)
    return place


def pack(place: Path, name: str) -> None:
    """Keep the index at *place* under *name*; the same files give the same bytes."""
    with zipfile.ZipFile(INDEXES / f"{name}.zip", "w") as archive:
        for path in sorted(place.rglob("*")):
            if path.is_file() and not path.name.startswith("LOCK"):
                entry = zipfile.ZipInfo(str(path.relative_to(place)), _EPOCH)
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def write_files(folder: Path) -> Path:
    """The articles as files in *folder*."""
    for article in ARTICLES:
        front = {
            "title": article.title, "date": str(article.date), "author": article.author,
            "tags": list(article.tags), "categories": list(article.categories),
        }  # fmt: skip
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items() if value]
        path = folder / article.id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["---", *lines, "---", article.body, ""]), encoding="utf-8")
    return folder


def change_state(place: Path, **values: Any) -> None:
    """Let the index at *place* say other things of itself."""
    state = next(place.glob("generation-*")) / "state.json"
    write_sealed(state, {**read_sealed(state), **values})


def answers(place: Path) -> dict[str, Any]:
    """All that the index at *place* says of its articles and to the queries. Whose Unicode data and dictionary
    it was made with does not matter for these articles."""
    change_state(place, analyzer=fingerprint())
    with searchkit.open_index(place) as index:
        articles = [index.get(article_id) for article_id in sorted(reader_of(index).ids())]
        return {
            "articles": [[a.id, a.title, a.body, *a.tags, str(a.date), a.digest] for a in articles],
            "found": {q: [[hit.id, round(hit.score, 3)] for hit in index.search(q).hits] for q in QUERIES},
            "facets": {n: list(map(list, v)) for n, v in index.search("影子", facets=FACETS).facets.items()},
        }


def make(place: Path) -> None:
    """Build, pack and record the index of the present schema."""
    searchkit.reindex(ARTICLES, place, jobs=1)
    name = f"schema-{SCHEMA_VERSION}"
    pack(place, name)
    text = json.dumps(answers(place), ensure_ascii=False, indent=1)
    (INDEXES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    shutil.rmtree(place)


def recorded() -> Any:
    """The answers of the present schema's index when it was packed."""
    return json.loads((INDEXES / f"schema-{SCHEMA_VERSION}.json").read_text(encoding="utf-8"))
