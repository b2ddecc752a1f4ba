"""Ways to lose a corpus. Each yields the corpus as it is indexed, as it is lost, and as it is mended."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from searchkit.articles.corpus import Corpus
from searchkit.articles.walk import FileBelow
from searchkit.model import Article
from tests.conftest import make_article
from tests.ingest.runs import article

COUNT = 24
Loss = Callable[[Path, pytest.MonkeyPatch], Iterator[Corpus]]
LOSSES: dict[Loss, str] = {}
"""A way -> what the error says, as a pattern."""


def loss(told: str) -> Callable[[Loss], Loss]:
    def listed(way: Loss) -> Loss:
        LOSSES[way] = told
        return way

    return listed


def text(number: int) -> str:
    return f"第 {number} 天，船夫在渡口等第一个过河的人，等到第 {number * 7} 个才开船。"


def shelf(folder: Path, *, start: int = 0, word: str = "") -> Path:
    """A folder of articles, half of them in a folder below."""
    (folder / "旧稿").mkdir(parents=True)
    for number in range(start, start + COUNT):
        below = folder / "旧稿" if number % 2 else folder
        (below / f"{number:02}.md").write_text(article(f"渡口{number}", text(number) + word), "utf-8")
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.md"))


def lines() -> list[str]:
    return [
        json.dumps({"id": str(n), "title": f"渡口{n}", "text": text(n)}, ensure_ascii=False) for n in range(COUNT)
    ]


def swapped(folder: Path, change: Callable[[Path], object], *, start: int = 0) -> Iterator[Corpus]:
    """The folder, what *change* makes of it, and the folder again."""
    shelf(folder, start=start)
    yield folder
    saved = folder.with_name("saved")
    shutil.copytree(folder, saved)
    change(folder)
    yield folder
    shutil.rmtree(folder) if folder.is_dir() else folder.unlink(missing_ok=True)
    saved.rename(folder)
    yield folder


@loss(r"articles: no articles; 24 of 24 articles would be removed")
def an_empty_mount_point(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def unmount(folder: Path) -> None:
        shutil.rmtree(folder)
        folder.mkdir()

    yield from swapped(place / "articles", unmount)


@loss(r"articles: no such corpus")
def a_folder_that_is_gone(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from swapped(place / "articles", shutil.rmtree)


@loss(r"articles: not a corpus")
def a_folder_that_became_a_file(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def replace(folder: Path) -> None:
        shutil.rmtree(folder)
        folder.touch()

    yield from swapped(place / "articles", replace)


@loss(r"articles: the corpus cannot be listed: Permission denied; nothing was changed")
def a_folder_that_nobody_may_list(place: Path, patch: pytest.MonkeyPatch) -> Iterator[Corpus]:
    folder = shelf(place / "articles")
    yield folder
    with patch.context() as context:
        scandir, denied = os.scandir, failing(errno.EACCES)
        context.setattr(os, "scandir", lambda path: (denied if "articles" in str(path) else scandir)(path))
        yield folder
    yield folder


@loss(r"Too many open files")
def a_walk_that_ends_in_the_middle(place: Path, patch: pytest.MonkeyPatch) -> Iterator[Corpus]:
    folder = shelf(place / "articles")
    yield folder
    with patch.context() as context:
        scandir, denied = os.scandir, failing(errno.EMFILE)
        context.setattr(os, "scandir", lambda path: (denied if "旧稿" in str(path) else scandir)(path))
        yield folder
    yield folder


@loss(r"articles: 12 articles; 12 of 24 articles would be removed")
def a_sync_that_is_half_done(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from swapped(place / "articles", lambda folder: shutil.rmtree(folder / "旧稿"))


@loss(r"other: 24 articles; the index was made of .*articles; 24 of 24 articles would be removed")
def another_folder_with_other_names(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield shelf(place / "articles")
    yield shelf(place / "other", start=50)
    yield place / "articles"


@loss(r"other: 24 articles; the index was made of .*articles; 24 of 24 articles would be removed")
def another_folder_with_the_same_names(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield shelf(place / "articles")
    yield shelf(place / "other", word="桥修好以后，没有人再等他。")
    yield place / "articles"


@loss(r"link: no such corpus")
def a_link_to_what_is_gone(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    folder, link = shelf(place / "articles"), place / "link"
    link.symlink_to(folder)
    yield link
    folder.rename(place / "elsewhere")
    yield link
    (place / "elsewhere").rename(folder)
    yield link


@loss(r"link: 24 articles; 24 of 24 articles would be removed")
def a_link_that_leads_elsewhere(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    folder, other, link = shelf(place / "articles"), shelf(place / "other", start=50), place / "link"
    link.symlink_to(folder)
    yield link
    link.unlink()
    link.symlink_to(other)
    yield link
    link.unlink()
    link.symlink_to(folder)
    yield link


@loss(r"articles: no articles; 24 empty or unreadable files; 24 of 24 articles would be removed")
def files_of_zero_bytes(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from swapped(place / "articles", lambda folder: [file.write_bytes(b"") for file in files(folder)])


@loss(r"articles: no articles; 24 empty or unreadable files; 24 of 24 articles would be removed")
def files_of_zeros(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from swapped(place / "articles", lambda folder: [file.write_bytes(bytes(999)) for file in files(folder)])


@loss(r"articles: no articles; (24 empty or unreadable files; )?24 of 24 articles would be removed")
def files_that_nobody_may_read(place: Path, patch: pytest.MonkeyPatch) -> Iterator[Corpus]:
    folder = shelf(place / "articles")
    yield folder
    for file in files(folder):
        os.utime(file, ns=(1, 1))
    with patch.context() as context:
        context.setattr(FileBelow, "read_bytes", failing(errno.EACCES))
        yield folder
    yield folder


@loss(r"articles: no articles; 24 of 24 articles would be removed")
def files_that_became_drafts(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def hide(folder: Path) -> None:
        for file in files(folder):
            file.write_text(file.read_text("utf-8").replace("title:", "draft: true\ntitle:", 1), "utf-8")

    yield from swapped(place / "articles", hide)


@loss(r"articles: no articles; 24 of 24 articles would be removed")
def placeholders_of_a_cloud(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def evict(folder: Path) -> None:
        for file in files(folder):
            file.rename(file.with_name(f".{file.name}.icloud"))

    yield from swapped(place / "articles", evict)


@loss(r"articles: 24 articles; 24 of 24 articles would be removed")
def notices_in_place_of_texts(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def take_away(folder: Path) -> None:
        for number, file in enumerate(files(folder)):
            file.write_text(article(f"渡口{number}", "该内容已被发布者删除"), "utf-8")

    yield from swapped(place / "articles", take_away)


@loss(r"articles: 1 article; 23 of 24 articles would be removed")
def one_long_page_in_place_of_all(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    page = article("登录", "登录以后才能看这篇文章。请先在手机上打开，再扫这个二维码。" * 20)
    yield from swapped(
        place / "articles", lambda folder: [file.write_text(page, "utf-8") for file in files(folder)]
    )


@loss(r"articles: 24 articles; 24 of 24 articles would be removed, or replaced by other or much shorter ones")
def another_disk_with_the_same_names(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def mount(folder: Path) -> None:
        for number, file in enumerate(files(folder)):
            file.write_text(article(f"山路{number}", f"第 {number} 座山，走了 {number * 3} 天才翻过去。"), "utf-8")

    yield from swapped(place / "articles", mount)


@loss(r"articles: 24 articles; 24 of 24 articles would be removed, or replaced by other or much shorter ones")
def files_that_were_cut_off(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    def cut(folder: Path) -> None:
        for file in files(folder):
            file.write_bytes(file.read_bytes()[:75])

    yield from swapped(place / "articles", cut)


@loss(r"articles: no articles; 24 of 24 articles would be removed")
def an_ignore_file_with_everything(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from swapped(place / "articles", lambda folder: (folder / ".searchkitignore").write_text("*\n", "utf-8"))


@loss(r"all\.jsonl: no articles; 24 of 24 articles would be removed")
def json_lines_without_lines(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from rewritten(place / "all.jsonl", "\n".join(lines()).encode(), b"")


@loss(r"all\.jsonl: 8 articles; 16 of 24 articles would be removed")
def json_lines_that_break_off(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    yield from rewritten(place / "all.jsonl", "\n".join(lines()).encode(), "\n".join(lines()[:9]).encode()[:-20])


@loss(r"all\.jsonl\.gz: cannot be read after line \d+: ")
def packed_lines_that_break_off(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    packed = gzip.compress("\n".join(lines()).encode())
    yield from rewritten(place / "all.jsonl.gz", packed, packed[:-99])


@loss(r"all\.csv: no articles; 24 of 24 articles would be removed")
def a_table_with_its_header_only(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    rows = ["id,title,text", *(f"{number},渡口{number},{text(number)}" for number in range(COUNT))]
    yield from rewritten(place / "all.csv", "\n".join(rows).encode(), b"id,title,text\n")


@loss(r"vault: no such corpus")
def one_of_two_folders_that_is_gone(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    both = [shelf(place / "articles"), shelf(place / "vault", start=50)]
    yield both
    both[1].rename(place / "elsewhere")
    yield both
    (place / "elsewhere").rename(both[1])
    yield both


@loss(r"vault: no articles; 24 of 24 articles would be removed")
def one_of_two_folders_that_is_empty(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    articles = shelf(place / "articles")
    vault = swapped(place / "vault", lambda folder: [file.unlink() for file in files(folder)], start=50)
    for _now in vault:
        yield [articles, place / "vault"]


@loss(r"the corpus: no articles; 24 of 24 articles would be removed")
def a_program_without_articles(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    made = [make_article(f"渡口{number}", text(number)) for number in range(COUNT)]
    yield made
    yield iter(())
    yield made


@loss(r"the database is gone")
def a_program_that_breaks_off(place: Path, _: pytest.MonkeyPatch) -> Iterator[Corpus]:
    made = [make_article(f"渡口{number}", text(number)) for number in range(COUNT)]

    def broken() -> Iterator[Article]:
        yield from made[:20]
        raise OSError("the database is gone")

    yield made
    yield broken()
    yield made


def rewritten(path: Path, whole: bytes, lost: bytes) -> Iterator[Corpus]:
    for data in (whole, lost, whole):
        path.write_bytes(data)
        yield path


def failing(code: int) -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise OSError(code, os.strerror(code))

    return fail
