"""Several threads read an index while it is written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from searchkit.engines.base import Engine
from searchkit.errors import IndexNotFound
from tests.engines.contract import EVERYTHING, document, ids, write

_ARTICLES = 4


def read_while_writing(engine: Engine, *, versions: int, readers: int, told_to_open_again: bool = False) -> None:
    """Every state that is read is one that was published: all articles carry the same number. A reader may be
    told that its state is gone where *told_to_open_again*."""
    _write(engine, 0)
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                _read_once(engine)
            except IndexNotFound as error:
                if not told_to_open_again or "open the index again" not in str(error):
                    raise

    with ThreadPoolExecutor(readers) as threads:
        reading = [threads.submit(read) for _ in range(readers)]
        try:
            for version in range(1, versions + 1):
                _write(engine, version)
        finally:
            done.set()
    for thread in reading:
        thread.result()


def _read_once(engine: Engine) -> None:
    reader = engine.read()
    found = [reader.get(article_id) for article_id in reader.ids()]
    assert None not in found
    assert len({article.body for article in found if article}) == 1
    assert len(ids(reader, EVERYTHING)) == len(found) == _ARTICLES
    reader.close()


def _write(engine: Engine, version: int) -> None:
    write(engine, *(document(f"篇{n}", f"第{version}版") for n in range(_ARTICLES)))
