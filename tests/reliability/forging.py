"""Files of an index with wrong numbers and right checksums, as only a forger or a mistake of ours makes them."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.segment.array_file import ArrayFile, ArrayFileWriter

Array = npt.NDArray[Any]
_TRAILER = struct.Struct("<8sQQQI")
DEEP = "[" * 100_000


@dataclass(frozen=True)
class Forgery:
    """A change to the bytes of one file of an index."""

    file: str
    what: str
    forge: Callable[[bytes], bytes]


def forgeries(index: Path) -> Iterator[Forgery]:
    """Every forgery there is, of each file of *index* that has checksums."""
    for path in sorted(index.rglob("*")):
        name = str(path.relative_to(index))
        if path.suffix == ".columns":
            yield from (Forgery(name, what, forge) for what, forge in _of_segment(path.read_bytes()))
        elif path.suffix == ".json":
            value = json.loads(path.read_bytes().partition(b"\n")[0])
            yield from (Forgery(name, what, partial(_sealed, text)) for what, text in _of_json(value))
        elif path.suffix == ".gz":
            yield from (
                Forgery(name, what, forge) for what, forge in _of_manifest(zlib.decompress(path.read_bytes()))
            )


# arrays


def _of_segment(data: bytes) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    arrays, _ = read_arrays(data)
    for name in arrays:
        for what, change_array in _CHANGES.items():
            yield f"{what} in {name}", partial(_with_array, name, change_array)
    for what, text in _of_json(_directory(data), deepest=3):
        yield f"{what} in the directory", partial(_with_directory, text)
    for what, change in _STORED.items():
        yield what, partial(with_arrays, change)


def read_arrays(data: bytes) -> tuple[dict[str, Array], dict[str, Any]]:
    """(the arrays, the facts) of a segment."""
    file = ArrayFile(data)
    return {name: file.column(name).whole().copy() for _, _, name in extents(file)}, file.facts


def extents(file: ArrayFile) -> list[tuple[int, int, str]]:
    """(where it begins, where it ends, its name) of every array, by place."""
    return sorted((at, at + n * int(kind[2:]), name) for name, (kind, at, n) in file._places.items())


def write_arrays(arrays: dict[str, Array], facts: dict[str, Any]) -> bytes:
    """A file of arrays with these, and with right checksums."""
    stream = io.BytesIO()
    writer = ArrayFileWriter(stream)
    for name, values in arrays.items():
        writer.put(name, values)
    writer.finish(facts)
    return stream.getvalue()


def _with_array(name: str, change: Callable[[Array], Array], data: bytes) -> bytes:
    arrays, facts = read_arrays(data)
    arrays[name] = change(arrays[name])
    return write_arrays(arrays, facts)


def with_arrays(change: Callable[[dict[str, Array]], None], data: bytes) -> bytes:
    """*data*, a segment, with its arrays changed."""
    arrays, facts = read_arrays(data)
    change(arrays)
    return write_arrays(arrays, facts)


def _largest(values: Array) -> Array:
    return np.full_like(values, np.inf if values.dtype.kind == "f" else np.iinfo(values.dtype).max)


def _last_larger(values: Array) -> Array:
    return np.append(values[:-1], _largest(values[-1:]))


def _first_larger(values: Array) -> Array:
    return np.append(_largest(values[:1]), values[1:])


def _wide(number: int, values: Array) -> Array:
    wide = values.astype(np.uint64)
    wide[values.size // 2 : values.size // 2 + 1] = number
    return wide


_CHANGES: dict[str, Callable[[Array], Array]] = {
    "nothing": lambda values: values[:0],
    "half": lambda values: values[: values.size // 2],
    "twice": lambda values: np.concatenate((values, values)),
    "zeros": np.zeros_like,
    "largest numbers": _largest,
    "a largest number at the end": _last_larger,
    "a largest number at the beginning": _first_larger,
    "numbers in reverse": lambda values: values[::-1],
    "numbers moved by one": lambda values: np.roll(values, 1),
    "numbers one higher": lambda values: values + values.dtype.type(1),
    "a number of 40 bits": partial(_wide, 1 << 40),
    "a number of 33 bits": partial(_wide, 1 << 33),
    "a number of 64 bits": partial(_wide, (1 << 64) - 1),
    "negative numbers": lambda values: -1 - values.astype(np.int64),
    "fractions": lambda values: values.astype(np.float64) + 0.5,
    "no numbers": lambda values: np.full(values.size, np.nan),
    "truth values": lambda values: values.astype(bool),
}


# stored values


def with_stored(values: Callable[[list[Any]], list[bytes]], arrays: dict[str, Array]) -> None:
    """Put what *values* makes of the stored values into *arrays*, in one block."""
    ends = arrays["stored/value_ends"].tolist()
    lasts, block_ends = arrays["stored/last"].tolist(), arrays["stored/block_ends"].tolist()
    old: list[Any] = []
    for first, last, start, end in zip([0, *lasts], lasts, [0, *block_ends], block_ends, strict=False):
        text = zlib.decompress(arrays["stored/blocks"][start:end].tobytes())
        cuts = ends[first:last]
        old += [json.loads(text[a:b]) for a, b in zip([0, *cuts], cuts, strict=False)]
    new = values(old)
    block = zlib.compress(b"".join(new))
    arrays["stored/blocks"] = np.frombuffer(block, np.uint8)
    arrays["stored/block_ends"], arrays["stored/last"] = np.array([len(block)], "<u8"), np.array([len(new)], "<u8")
    arrays["stored/value_ends"] = np.cumsum([len(value) for value in new]).astype("<u8")


def _dumped(values: list[Any]) -> list[bytes]:
    return [json.dumps(value).encode("utf-8", "surrogatepass") for value in values]


def _each(change: Callable[[dict[str, Any]], Any], values: list[Any]) -> list[bytes]:
    for value in values:
        change(value)
    return _dumped(values)


def _bomb(size: int, arrays: dict[str, Array]) -> None:
    packer = zlib.compressobj(9)
    block = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
    count = arrays["stored/value_ends"].size
    arrays["stored/blocks"] = np.frombuffer(block, np.uint8)
    arrays["stored/block_ends"], arrays["stored/last"] = np.array([len(block)], "<u8"), np.array([count], "<u8")
    arrays["stored/value_ends"] = np.full(count, size, "<u8")


_ODD: tuple[Any, ...] = (
    None, 5, -1, 1e308, [], {}, [5], [None], {"a": 1}, "", "x", "../../etc/passwd", "/etc/passwd", "\ud800",
)  # fmt: skip


def _with_fact(name: str, value: Any, article: dict[str, Any]) -> None:
    article[name] = value


def _with_text(text: Any, article: dict[str, Any]) -> None:
    article["body"] = text


_STORED: dict[str, Callable[[dict[str, Array]], None]] = {
    "values nested deep": partial(with_stored, lambda old: [DEEP.encode() for _ in old]),
    "values that are no JSON": partial(with_stored, lambda old: [b"\xff{" for _ in old]),
    "values that are lists": partial(with_stored, lambda old: _dumped([[] for _ in old])),
    "articles of other documents": partial(with_stored, lambda old: _dumped(old[1:] + old[:1])),
    "a gigabyte and a half of zeros": partial(_bomb, 3 << 29),
    "half a gigabyte of zeros": partial(_bomb, 1 << 29),
    **{
        f"articles whose {name} is {odd!r}": partial(with_stored, partial(_each, partial(_with_fact, name, odd)))
        for name in ("id", "title", "tags", "date", "draft", "duplicates", "url", "what")
        for odd in _ODD
    },
    **{
        f"articles whose text is {odd!r}": partial(with_stored, partial(_each, partial(_with_text, odd)))
        for odd in _ODD
    },
}


# JSON


def _directory(data: bytes) -> Any:
    _, at, pages, size, _ = _TRAILER.unpack_from(data, len(data) - _TRAILER.size)
    return json.loads(data[at + pages : at + pages + size])


def _with_directory(text: bytes, data: bytes) -> bytes:
    magic, at, pages, _, _ = _TRAILER.unpack_from(data, len(data) - _TRAILER.size)
    tail = data[at : at + pages] + text
    return data[:at] + tail + _TRAILER.pack(magic, at, pages, len(text), zlib.crc32(tail))


def _sealed(text: bytes, data: bytes) -> bytes:
    return b"%s\n%08x\n" % (text, zlib.crc32(text))


_WRONG: tuple[Any, ...] = (
    None, -1, 0, 1, 1 << 31, 1 << 62, 1 << 70, 1.5, float("nan"), True, "", "x", "\0", "../x", "/etc/passwd", "|O",
    "<U4", "|V8", ">u4", [], {}, [[]], [-1], [1 << 62], {"x": 1},
)  # fmt: skip


def _of_json(value: Any, deepest: int = 4) -> Iterator[tuple[str, bytes]]:
    """The text of *value* with one thing in it replaced, taken out or added."""
    yield "JSON nested deep", DEEP.encode()
    yield "JSON cut short", json.dumps(value).encode()[:-1]
    yield "numbers too long", b"[" + b"9" * 10_000 + b"]"
    for path in _paths(value, deepest):
        for wrong in _WRONG:
            yield f"{wrong!r:.30} at {'/'.join(map(str, path))}", _dumps(_replaced(value, path, wrong))
        if path:
            yield f"nothing at {'/'.join(map(str, path))}", _dumps(_replaced(value, path))


def _paths(value: Any, deepest: int) -> Iterator[tuple[Any, ...]]:
    """Where the parts of *value* are; of many alike, the first and the last."""
    yield ()
    if not deepest:
        return
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    for key in keys if len(keys) < 7 else [*keys[:2], *keys[-2:]]:
        yield from ((key, *rest) for rest in _paths(value[key], deepest - 1))


_OUT = object()


def _replaced(value: Any, path: tuple[Any, ...], new: Any = _OUT) -> Any:
    if not path:
        return new
    made = dict(value) if isinstance(value, dict) else list(value)
    if new is _OUT and len(path) == 1:
        del made[path[0]]
    else:
        made[path[0]] = _replaced(made[path[0]], path[1:], new)
    return made


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


# the manifest


def _of_manifest(data: bytes) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    first, _, rest = data.partition(b"\n")
    for what, text in _of_json(json.loads(first)):
        yield f"{what} in the first line", partial(_packed, text + b"\n" + rest)
    yield "lines in another order", partial(_packed, b"\n".join(reversed(data.split(b"\n"))))
    yield "no lines", partial(_packed, b"")
    yield "a line too few", partial(_packed, rest)
    yield "two gigabytes of zeros", partial(_zeros, 2 << 30)


def _packed(text: bytes, data: bytes) -> bytes:
    return zlib.compress(text)


def _zeros(size: int, data: bytes) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
