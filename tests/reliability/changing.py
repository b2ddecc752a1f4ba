"""A folder of articles that changes at random, and what an index of it must hold.

Every state of a file has a mark in its first line that stands nowhere else, so that a search tells which state of
which file is indexed. Nothing here asks searchkit what it makes of a file.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from benchmarks.perturbing import perturb_file

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE = re.compile(r'^title:\s*"?(.*?)"?\s*$', re.MULTILINE)
_NO_TITLE = ("", "archive_request")  # for which the name of the file would stand, so that no other repeats it
_DATE = re.compile(r"^date:\s*(\d{4}-\d\d-\d\d)", re.MULTILINE)
_LEAD = re.compile(r"\A\s*[^\n]*\n-{6}[ \t]*\n")
_ODD = ("{} 空 格.md", "引'号\"{}.md", "{}😀.markdown", "{}；.html", "-{}--.md", "{}%20&#x41;.md")
_BROKEN = b"\x00\x01\x02\x00\x03 no text \x00\x00"
_HOSTILE = (
    "<div>" * 3_000 + "深处" + "</div>" * 2_000,
    "长" * 40_000 + " " + "x" * 40_000,
    "<p>一<table><tr><p>二</b></i></p><script>三</script>" * 200,
    "零\u200b宽\u202e反\u202c向\ufeff标\u0301\u0301\u0301记",
    "*" * 2_000 + "_" * 2_000 + "[" * 2_000 + "重点" + "]" * 2_000,
)


@dataclass(frozen=True, slots=True)
class State:
    """A file as it is now. `source` says whose body it has; files of one source and one mark repeat each other."""

    source: int
    mark: str
    title: str
    date: str
    tags: tuple[str, ...] = ()
    draft: bool = False
    other_marks: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """Words that find this state; the first stands in the body."""
        return (self.mark, *self.other_marks)


@dataclass(frozen=True, slots=True)
class Expected:
    """An article the index must hold, and the ids of its repeats."""

    state: State
    repeats: tuple[str, ...]


class Folder:
    """The folder *root*, filled from files at *sources* and from copies of them that differ, without end."""

    def __init__(self, root: Path, sources: list[Path], chance: random.Random) -> None:
        self.root = root
        self.files: dict[str, State | None] = {}
        self.retired: list[str] = []
        self.changes = 0
        self._sources, self._chance = sources, chance
        self._next_source, self._next_name, self._next_mark = count(), count(), count()
        self._ways = (
            *[self.edit] * 6, self.retitle, self.retag, self.toggle_draft, self.rename, *[self.duplicate] * 2,
            self.touch, self.rewrite,
        )  # fmt: skip

    def expected(self) -> dict[str, Expected]:
        """The articles an index must hold, by id. Repeats have one date, so the first id stands for all."""
        together: dict[tuple[int, str], list[str]] = defaultdict(list)
        for name, state in self.files.items():
            if state and not state.draft:
                together[state.source, state.mark].append(name)
        groups = (sorted(names) for names in together.values())
        return {first: Expected(self._state(first), tuple(rest)) for first, *rest in groups}

    @property
    def broken(self) -> list[str]:
        """Files that are no text."""
        return sorted(name for name, state in self.files.items() if state is None)

    @property
    def drafts(self) -> int:
        return sum(state.draft for state in self.files.values() if state)

    def change(self) -> None:
        """One change of any kind but adding and deleting to some file."""
        self._chance.choice(self._ways)(self._some())
        self.changes += 1

    def add(self) -> None:
        """One more file: of the next source, or now and then one that is hostile or no text."""
        roll = self._chance.random()
        name = self._name()
        if roll < 0.02:
            self._write(name, None)
        else:
            source = -1 - self._chance.randrange(len(_HOSTILE)) if roll < 0.05 else next(self._next_source)
            self._write(name, self._new(source))
        self.changes += 1

    def delete(self) -> None:
        name = self._chance.choice(list(self.files))
        self._path(name).unlink()
        self._forget(self.files.pop(name))
        self.changes += 1

    def edit(self, name: str) -> None:
        self._write(name, self._renewed(name))

    def retitle(self, name: str) -> None:
        mark = self._mark()
        self._write(
            name, self._renewed(name, title=f"{self._read(self._state(name).source)[0]} {mark}", marks=(mark,))
        )

    def retag(self, name: str) -> None:
        mark = self._mark()
        self._write(name, self._renewed(name, tags=("长期", mark), marks=(mark,)))

    def toggle_draft(self, name: str) -> None:
        self._write(name, replace(self._state(name), draft=not self._state(name).draft))

    def rename(self, name: str) -> None:
        new = self._name(Path(name).suffix)
        self._path(name).rename(self._path(new))
        self.files[new] = self.files.pop(name)

    def duplicate(self, name: str) -> None:
        new = self._name(Path(name).suffix)
        shutil.copy(self._path(name), self._path(new))
        self.files[new] = self.files[name]

    def touch(self, name: str) -> None:
        os.utime(self._path(name))

    def rewrite(self, name: str) -> None:
        """The same content in a new file."""
        self._write(name, self.files[name])

    def _some(self) -> str:
        """The name of a file that is an article or a draft."""
        names = list(self.files)
        while self.files[name := self._chance.choice(names)] is None:
            pass
        return name

    def _new(self, source: int) -> State:
        title, date, _ = self._read(source)
        return State(source, self._mark(), title, date, ("长期",))

    def _renewed(
        self, name: str, *, title: str = "", tags: tuple[str, ...] = (), marks: tuple[str, ...] = ()
    ) -> State:
        """The state of a file with a new text, and with the title and the tags of its source or those given."""
        state = self._state(name)
        new = replace(self._new(state.source), draft=state.draft, other_marks=marks)
        return replace(new, title=title or new.title, tags=tags or new.tags)

    def _state(self, name: str) -> State:
        state = self.files[name]
        assert state is not None
        return state

    def _write(self, name: str, state: State | None) -> None:
        self._path(name).write_bytes(_BROKEN if state is None else self._content(state).encode("utf-8"))
        before = self.files.get(name)
        self.files[name] = state
        if before != state:
            self._forget(before)

    def _forget(self, state: State | None) -> None:
        if state:
            in_use = {mark for other in self.files.values() if other for mark in other.marks}
            self.retired += [mark for mark in state.marks if mark not in in_use]

    def _content(self, state: State) -> str:
        body = self._read(state.source)[2]
        front = {"title": state.title, "date": state.date, "draft": state.draft, "tags": list(state.tags)}
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items()]
        return "\n".join(["---", *lines, "---", f"{state.mark} 是这一篇现在的记号。", "", body])

    def _read(self, source: int) -> tuple[str, str, str]:
        """Title, date and body of a source; those below zero are hostile."""
        if source < 0:
            return f"怪文 {-source}", "2020-02-02", _HOSTILE[-1 - source]
        copy, number = divmod(source, len(self._sources))
        path = self._sources[number]
        text = path.read_text(encoding="utf-8")
        front = _FRONT.match(text)
        head = front[1] if front else ""
        body = _LEAD.sub("", text[front.end() if front else 0 :])
        found, date = _TITLE.search(head), _DATE.search(head)
        title = found[1].replace("\\", "") if found else ""
        return (
            path.stem if title in _NO_TITLE else title,
            date[1] if date else "2021-01-01",
            perturb_file(body, copy, path.name),
        )

    def _path(self, name: str) -> Path:
        return self.root / name

    def _mark(self) -> str:
        return f"mk{next(self._next_mark):07d}q"

    def _name(self, suffix: str = "") -> str:
        """A name no file had, in a folder that is there, with this *suffix* where the text is to stay what it is:
        as a web page, one in Markdown is another."""
        number = next(self._next_name)
        pattern = self._chance.choice(_ODD) if self._chance.random() < 0.05 else "{}.md"
        folder = f"{number // 400:03d}"
        (self.root / folder).mkdir(parents=True, exist_ok=True)
        name = Path(folder, pattern.format(f"{number:06d}"))
        return str(name.with_suffix(suffix) if suffix else name)


def text_files(folder: Path) -> Iterator[Path]:
    """The Markdown files below *folder* that are UTF-8, in a stable order."""
    for path in sorted(folder.rglob("*.md")):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield path
