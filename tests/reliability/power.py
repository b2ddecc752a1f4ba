"""A loss of power while an index is written: what was not synced may be gone, and names may be gone or not.

What a reindex asks of its disk is written down and done again in a model of a file system that knows which bytes
and which names were synced. After every operation the power is lost: what the model says is left is put into an
empty folder and looked at.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability.disks import Operation, RecordingDisk, Stopped, written_through
from tests.reliability.proving import Proof, Tally, spread
from tests.reliability.scenes import Scene, make_scenes, remark

_RANDOM_LOSSES = 4
_LOSSES_A_CRASH = 6


@dataclass
class _File:
    synced: bytes = b""
    pending: bytes = b""


@dataclass
class _Folder:
    """`pending` are changes of names in their order; each happens as a whole or not at all."""

    names: dict[str, _File | _Folder] = field(default_factory=dict)
    pending: list[dict[str, _File | _Folder | None]] = field(default_factory=list)

    def now(self) -> dict[str, _File | _Folder]:
        """The names as a running system sees them."""
        return _changed(self.names, self.pending)


def _changed(
    names: dict[str, _File | _Folder], changes: Iterable[dict[str, _File | _Folder | None]]
) -> dict[str, _File | _Folder]:
    result: dict[str, _File | _Folder | None] = {**names}
    for change in changes:
        result.update(change)
    return {name: node for name, node in result.items() if node is not None}


class _Model:
    """A file system below *root*, which holds the folder *index*, if there is one, synced."""

    def __init__(self, root: Path, index: Path) -> None:
        self._root = root
        self._top = _Folder({"index": _read(index, {})} if index.exists() else {})

    def do(self, operation: Operation) -> None:
        """What *operation* does to files and names."""
        path = operation.paths[-1]
        if operation.name == "append":
            self._file(path).pending += operation.data
        elif operation.name == "sync":
            self._sync(path)
        elif operation.name == "rename":
            self._change({operation.paths[0].name: None, path.name: self._node(operation.paths[0])}, path)
        else:
            made: dict[str, Callable[[], _File | _Folder]] = {
                "make_folder": _Folder, "create": _File, "link": lambda: self._node(operation.paths[0])
            }  # fmt: skip
            self._change({path.name: made[operation.name]() if operation.name in made else None}, path)

    def leave(self, loss: Loss, place: Path) -> None:
        """Put what is left of everything after *loss* into the folder *place*, which is empty."""
        _write(self._top, loss, place, {})

    def _change(self, change: dict[str, _File | _Folder | None], path: Path) -> None:
        folder = self._node(path.parent)
        assert isinstance(folder, _Folder)
        folder.pending.append(change)

    def _sync(self, path: Path) -> None:
        node = self._node(path)
        if isinstance(node, _Folder):
            node.names, node.pending = node.now(), []
        else:
            node.synced, node.pending = node.synced + node.pending, b""

    def _file(self, path: Path) -> _File:
        node = self._node(path)
        assert isinstance(node, _File)
        return node

    def _node(self, path: Path) -> _File | _Folder:
        node: _File | _Folder = self._top
        for part in path.relative_to(self._root).parts:
            assert isinstance(node, _Folder)
            node = node.now()[part]
        return node


@dataclass(frozen=True)
class Loss:
    """What becomes of that which is not synced: changes of names are all dropped, all kept, or each by *chance*;
    data is dropped, kept or cut somewhere by *chance*."""

    name: str
    keeps_names: bool = False
    keeps_data: bool = False
    seed: int | None = None

    def names(self, folder: _Folder, chance: random.Random) -> dict[str, _File | _Folder]:
        """The names left in *folder*."""
        if self.seed is not None:
            return _changed(folder.names, [change for change in folder.pending if chance.random() < 0.5])
        return folder.now() if self.keeps_names else folder.names

    def data(self, file: _File, chance: random.Random) -> bytes:
        """The bytes left in *file*."""
        if self.seed is not None:
            return file.synced + file.pending[: chance.randint(0, len(file.pending))]
        return file.synced + file.pending if self.keeps_data else file.synced


LOSSES = (
    Loss("everything not synced is gone"),
    Loss("data not synced is gone, names are not", keeps_names=True),
    Loss("names not synced are gone, data is not", keeps_data=True),
    Loss("nothing is gone", keeps_names=True, keeps_data=True),
    *(Loss(f"what is gone is chance {seed}", seed=seed) for seed in range(_RANDOM_LOSSES)),
)


@dataclass(frozen=True)
class _Case:
    """Power is lost after so many operations of a log."""

    scene: Scene
    log: Sequence[Operation]
    done: int
    loss: Loss
    what: str


def lose_power(scratch: Path, effort: int) -> Tally:
    """After each operation of each scene, in each way."""
    root = scratch / "live"
    logs = [(scene, _recorded(scene, root / "index")) for scene in make_scenes(scratch)]
    cases = [
        _Case(scene, log, done, loss, scene.name)
        for scene, log in logs
        for done in range(len(log) + 1)
        for loss in LOSSES
    ]
    return _tried([cases[number] for number in spread(len(cases), effort)], root, scratch / "left")


def lose_power_after_a_crash(scratch: Path, effort: int) -> Tally:
    """The process is stopped at each operation of each scene, the next reindex is started, and power is lost
    after some operation of that one."""
    root = scratch / "live"
    crashes = [(scene, stop) for scene in make_scenes(scratch) for stop in range(scene.operations)]
    chosen = []
    for number in spread(len(crashes), effort):
        scene, stop = crashes[number]
        log = _recorded(scene, root / "index", stop)
        what = f"{scene.name}, stopped after operation {stop}, reindexed"
        cases = [_Case(scene, log, done, loss, what) for done in range(stop, len(log) + 1) for loss in LOSSES]
        chosen += [cases[at] for at in spread(len(cases), _LOSSES_A_CRASH)]
    return _tried(chosen, root, scratch / "left")


def _recorded(scene: Scene, place: Path, stop: int | None = None) -> list[Operation]:
    """What the disk is asked for by the scene, or by the scene that is stopped and the reindex after."""
    shutil.rmtree(place.parent, ignore_errors=True)
    place.parent.mkdir()
    scene.copy(place)
    disk = RecordingDisk()
    disk.left = stop
    with written_through(disk):
        with suppress(Stopped):
            scene.reindex(place)
        if stop is not None:
            disk.left = None
            scene.reindex(place)
    return disk.log


def _tried(cases: Sequence[_Case], root: Path, left: Path) -> Tally:
    """What came of *cases*, whose logs are of files below *root*; what a loss leaves is put below *left*."""
    tally, ended = Tally(), Counter[str]()
    for case in cases:
        with tally.case(f"{case.what}, power lost after operation {case.done}, {case.loss.name}"):
            shutil.rmtree(left, ignore_errors=True)
            left.mkdir()
            _left_of(case, root).leave(case.loss, left)
            state = case.scene.check_whole(left / "index")
            assert state == "new" or case.done < len(case.log), "the reindex had returned"
            case.scene.check_finished(left / "index")
            ended[state] += 1
    tally.remark = remark(ended)
    return tally


def _left_of(case: _Case, root: Path) -> _Model:
    model = _Model(root, case.scene.start)
    for operation in case.log[: case.done]:
        model.do(operation)
    return model


def _read(folder: Path, met: dict[int, _File]) -> _Folder:
    """A folder with everything in it; files with one inode are one file."""
    names: dict[str, _File | _Folder] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            names[entry.name] = _read(entry, met)
        else:
            inode = entry.stat().st_ino
            names[entry.name] = met.setdefault(inode, _File(entry.read_bytes()))
    return _Folder(names)


def _write(folder: _Folder, loss: Loss, place: Path, written: dict[int, Path]) -> None:
    chance = random.Random(f"{loss.seed} {place.name} {len(folder.pending)}")
    for name, node in loss.names(folder, chance).items():
        path = place / name
        if isinstance(node, _Folder):
            path.mkdir()
            _write(node, loss, path, written)
        elif id(node) in written:
            path.hardlink_to(written[id(node)])
        else:
            path.write_bytes(loss.data(node, chance))
            written[id(node)] = path


PROOFS = (
    Proof("A loss of power at any moment of a reindex leaves the old index or the new one", lose_power, 12),
    Proof(
        "A loss of power while a crash is made good leaves the old index or the new one",
        lose_power_after_a_crash,
        short=1,
        full=500,
    ),
)
