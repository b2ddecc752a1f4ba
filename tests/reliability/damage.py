"""Corruption by accident is named with its file or makes no difference; forged numbers do no harm."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import searchkit
from tests.reliability.forging import forgeries
from tests.reliability.isolating import in_child
from tests.reliability.observing import Outcome, answers_of, clone, files_of, is_reported, make_index, observe
from tests.reliability.proving import Proof, Tally, spread

_FULL = 2600
_REPAIRED = 50
"""One of so many damaged indexes is built anew."""
_PAGE = 1 << 14
_HUGE = 10 << 30
_ENDS = 4096
_LOCKS = ("LOCK", "LOCK.owner")
_ANSWERS = ("", "IndexOutdated", "ArticleNotFound")
"""What a forged index may answer: a forged id is one that no article has."""

Damage = Callable[[Path, random.Random], None]
"""Changes the file at a path, which is a link to one that must stay as it is."""


def _anywhere(size: int, dice: random.Random) -> int:
    """A place in a file: half of the time near its beginning or its end, where most depends on each byte."""
    if dice.random() < 0.5:
        return dice.randrange(size)
    near = dice.randrange(min(size, dice.choice([64, 256, _ENDS])))
    return near if dice.random() < 0.4 else size - 1 - near


def _rewritten(change: Callable[[bytearray, random.Random], bytes | bytearray]) -> Damage:
    def damage(path: Path, dice: random.Random) -> None:
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(change(bytearray(data), dice))

    return damage


def _flip(data: bytearray, dice: random.Random) -> bytearray:
    data[_anywhere(len(data), dice)] ^= 1 << dice.randrange(8)
    return data


def _set(data: bytearray, dice: random.Random) -> bytearray:
    data[_anywhere(len(data), dice)] = dice.choice([0, 0xFF, dice.randrange(256)])
    return data


def _zero(data: bytearray, dice: random.Random) -> bytearray:
    start, length = _anywhere(len(data), dice), dice.choice([4, 64, 512, 4096])
    end = min(len(data), start + length)
    data[start:end] = bytes(end - start)
    return data


def _scramble(data: bytearray, dice: random.Random) -> bytearray:
    start, length = _anywhere(len(data), dice), dice.choice([4, 64, 512, 4096])
    end = min(len(data), start + length)
    data[start:end] = dice.randbytes(end - start)
    return data


def _truncate(data: bytearray, dice: random.Random) -> bytearray:
    return data[: _anywhere(len(data), dice)]


def _extend(data: bytearray, dice: random.Random) -> bytearray:
    more = dice.choice([b"\0", b"\n", dice.randbytes(dice.randint(1, 5000)), bytes(data)])
    return data + more


def _swap(data: bytearray, dice: random.Random) -> bytearray:
    width = _PAGE if len(data) > 2 * _PAGE else max(1, len(data) // 4)
    one, other = (dice.randrange(len(data) // width) * width for _ in range(2))
    data[one : one + width], data[other : other + width] = data[other : other + width], data[one : one + width]
    return data


def _empty(data: bytearray, dice: random.Random) -> bytes:
    return b""


def _delete(path: Path, dice: random.Random) -> None:
    path.unlink()


def _folder(path: Path, dice: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _loop(path: Path, dice: random.Random) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _elsewhere(path: Path, dice: random.Random) -> None:
    """A link to a file outside that is what should be here: it may be another by the time it is read."""
    outside = path.parent.parent.parent / "outside"
    shutil.copyfile(path, outside)
    path.unlink()
    path.symlink_to(outside)


def _pipe(path: Path, dice: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _huge(path: Path, dice: random.Random) -> None:
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    os.truncate(path, _HUGE)


IN_BYTES: tuple[Damage, ...] = (
    *[_rewritten(_flip)] * 8, *[_rewritten(_set)] * 4, *[_rewritten(_zero)] * 3, *[_rewritten(_scramble)] * 3,
    *[_rewritten(_truncate)] * 4, *[_rewritten(_extend)] * 2, _rewritten(_swap),
)  # fmt: skip
AS_A_WHOLE: tuple[Damage, ...] = (_rewritten(_empty), _delete, _folder, _loop, _elsewhere, _pipe, _huge)


def _cases(names: list[str], wanted: int) -> list[tuple[str, Damage]]:
    """(file, damage): each damage of a whole file once for each of *names*, those of bytes as often as wanted."""
    cases = [(name, damage) for name in names for damage in AS_A_WHOLE]
    dice = random.Random(20_240_514)
    while len(cases) < max(wanted, _FULL):
        cases += [(name, dice.choice(IN_BYTES)) for name in names if name not in _LOCKS]
    return cases


def _damaged(scratch: Path, effort: int) -> Tally:
    corpus, index = make_index(scratch)
    (index / "LOCK.owner").touch()
    whole = in_child(lambda: observe(index))
    assert whole.answers, whole
    assert not whole.reported, whole
    tally = Tally()
    work = clone(index, scratch / "work")
    names = files_of(index)
    cases = _cases(names, effort)
    for at, number in enumerate(spread(len(cases), effort)):
        name, damage = cases[number]
        with tally.case(f"{damage.__name__} {number} of {name}"):
            damage(work / name, random.Random(number))
            _judge(in_child(lambda: observe(work)), whole, index / name, work / name)
            if at % _REPAIRED == 0 and name not in _LOCKS:
                assert in_child(lambda: _repaired(corpus, work)) == _answers(index), "not repaired"
        if at % _REPAIRED == 0:
            shutil.rmtree(work)
            clone(index, work)
        else:
            _put_back(index / name, work / name)
    tally.remark = f"{len(names)} files"
    return tally


def _judge(outcome: Outcome, whole: Outcome, before: Path, path: Path) -> None:
    """See that the file that was at *before* and is at *path* now is noticed, or makes no difference."""
    if before.name in _LOCKS or _is_same(before, path):
        assert outcome == whole, outcome
        return
    assert outcome.answers == whole.answers or _is_reported(outcome, path), outcome
    assert not outcome.check_failed, outcome
    if not _is_read_by_whoosh_only(path):
        assert outcome.reported, f"a check finds nothing: {outcome}"
        assert any(str(path) in line for line in outcome.reported) or outcome.error == "IndexNotFound", outcome


def _is_reported(outcome: Outcome, path: Path) -> bool:
    if path.name == "CURRENT" and not path.exists() and not path.is_symlink():
        return outcome.error == "IndexNotFound"
    return is_reported(outcome, str(path))


def _is_same(before: Path, path: Path) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and path.stat().st_size < _HUGE
        and (path.read_bytes() == before.read_bytes())
    )


def _is_read_by_whoosh_only(path: Path) -> bool:
    """Whether it is Whoosh's table of contents, wherever in the index that is."""
    return path.suffix == ".toc"


def _answers(index: Path) -> list[str]:
    """What an index answers, which does not depend on the order its files were read in."""
    return list(answers_of(index))


def _repaired(corpus: Path, index: Path) -> list[str]:
    searchkit.reindex(corpus, index, jobs=1, full=True)
    return _answers(index)


def _put_back(source: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    with suppress(FileNotFoundError):
        target.unlink()
    target.hardlink_to(source)


def _forged(scratch: Path, effort: int) -> Tally:
    """Other numbers in the place of numbers: any answer is allowed, as if a writer had made the index so. It does
    not end the process, run on or fill the memory, and an error says what to do."""
    _, index = make_index(scratch)
    whole = in_child(lambda: observe(index))
    assert whole.answers, whole
    assert not whole.reported, whole
    tally = Tally()
    work = clone(index, scratch / "work")
    cases = list(forgeries(index))
    for number in spread(len(cases), effort):
        case = cases[number]
        with tally.case(f"{case.what} in {case.file}"):
            path = work / case.file
            data = case.forge((index / case.file).read_bytes())
            path.unlink()
            path.write_bytes(data)
            outcome = in_child(lambda: observe(work))
            assert outcome.error in _ANSWERS or is_reported(outcome, ""), outcome
            assert not outcome.check_failed, outcome
        _put_back(index / case.file, work / case.file)
    return tally


PROOFS = (
    Proof("damage to any byte of an index is reported or makes no difference; check finds it", _damaged, 8, _FULL),
    Proof("wrong numbers with right checksums: an answer or an error that says what to do, in bounded time and "
          "memory", _forged, 8, 1500),
)  # fmt: skip
