"""Documents on their way into the cluster: many in a request, several requests at once, and no more than that.

Who adds faster than the cluster takes waits. What the cluster was too busy for is sent again, after a pause; other
failures end the run. `pack`, which makes the documents, runs in worker processes.
"""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from searchkit.analysis.scripts import characters
from searchkit.engines.article_codec import pack_article, unpack_article
from searchkit.engines.base import Document
from searchkit.engines.opensearch.client import Cluster, Refused, named, pause
from searchkit.engines.opensearch.fields import (
    ARTICLE,
    CLOCK,
    DIGEST,
    PART,
    REST,
    SINGLES,
    VECTOR,
    encode,
    field_of,
    han_bigrams,
    joined,
    length_of,
    letters,
)
from searchkit.errors import EngineUnavailable
from searchkit.model import Article
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS
from searchkit.translation import gettext as _

_AT_ONCE = 2
_BYTES = 4_000_000  # of one request
_ACTION = 60  # bytes of what to do with a document
_ATTEMPTS = 12
_PATIENCE = 300.0
_SHARD_PATIENCE = "20s"  # for a shard whose node was lost; after that it is tried again
_BUSY = (429, 503)
_TOO_MUCH = (413, 429)
_REASON = 200  # characters
DAMAGE = (KeyError, TypeError, ValueError, zlib.error)
"""What reading raises where what is stored is missing or damaged."""
Packed = tuple[tuple[str, bytes], ...]
"""The id of each article, and its document as a line of JSON."""


class Line(NamedTuple):
    """What to do, and the document, which a deletion has none of; for messages, the article it is of."""

    action: dict[str, Any]
    document: bytes = b""
    article: str = ""

    def encoded(self) -> bytes:
        return json.dumps(self.action).encode() + b"\n" + (self.document + b"\n" if self.document else b"")


class Sender:
    """Sends lines to the index *name*. `flush` returns when everything is there. *ensure* is called before each
    request, and raises where nothing may be sent any more."""

    def __init__(self, cluster: Cluster, name: str, ensure: Callable[[], None] = lambda: None) -> None:
        self._cluster, self._path, self._ensure = cluster, f"/{name}/_bulk", ensure
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bulk")
        self._under_way: deque[Future[None]] = deque()
        self._waiting: list[Line] = []
        self._size = 0

    def send(self, lines: Iterable[Line]) -> None:
        """Send *lines*, now or with later ones."""
        for line in lines:
            self._waiting.append(line)
            self._size += len(line.document) + _ACTION
            if self._size >= _BYTES:
                self._start()

    def flush(self) -> None:
        """Wait until everything was taken.

        Raises:
            EngineUnavailable: the cluster did not take it in all attempts, or does not take an article.
            Refused: it refused a request.
        """
        self._start()
        while self._under_way:
            self._under_way.popleft().result()

    def close(self) -> None:
        """Stop; what was not sent is dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        if not self._waiting:
            return
        while len(self._under_way) > _AT_ONCE:
            self._under_way.popleft().result()
        self._under_way.append(self._threads.submit(self._send_all, self._waiting))
        self._waiting, self._size = [], 0

    def _send_all(self, lines: list[Line]) -> None:
        reason = ""
        for attempt in range(_ATTEMPTS):
            lines, reason = self._send(lines)
            if not lines:
                return
            time.sleep(pause(attempt))
        raise EngineUnavailable(
            _(
                "OpenSearch at {name}: it did not take {count:,} articles in {attempts} attempts ({reason}); "
                "nothing was published; run `searchkit reindex` again when it has less to do and all its "
                "nodes are there{too_large}"
            ).format(
                name=self._cluster.connection.name,
                count=len(lines),
                attempts=_ATTEMPTS,
                reason=reason,
                too_large=_too_large(lines),
            )
        )

    def _send(self, lines: list[Line]) -> tuple[list[Line], str]:
        """One request; returns the lines that the cluster was too busy for, or whose shard is not there, and what
        it says of the first."""
        self._ensure()
        body = b"".join(line.encoded() for line in lines)
        wanted = {"filter_path": "errors,items.*.status,items.*.error", "timeout": _SHARD_PATIENCE}
        try:
            found = self._cluster.call("POST", self._path, body, wanted, patience=_PATIENCE)
        except (EngineUnavailable, Refused) as error:
            refused = getattr(error.__cause__, "status_code", None) in _TOO_MUCH
            if refused and (hint := _too_large(lines)):
                raise EngineUnavailable(f"{error}{hint}") from error
            raise
        if not found["errors"]:
            return [], ""
        answers = [next(iter(item.values())) for item in found["items"]]
        failed = [(line, answer) for line, answer in zip(lines, answers, strict=True) if "error" in answer]
        for line, answer in failed:
            if answer["status"] not in _BUSY:
                raise EngineUnavailable(
                    _("OpenSearch at {name}: it does not take {article} ({named}); nothing was published").format(
                        name=self._cluster.connection.name, article=line.article, named=_named(answer)
                    )
                )
        return [line for line, _ in failed], _named(failed[0][1]) if failed else ""


def _named(answer: dict[str, Any]) -> str:
    """What the cluster says why it did not take a document, without the document."""
    error = answer["error"]
    return named(answer["status"], error["type"], str(error.get("reason", ""))[:_REASON])


def _too_large(lines: list[Line]) -> str:
    """A hint where a document alone is larger than a request is meant to be: it may be what was not taken."""
    line = max(lines, key=lambda line: len(line.document))
    if len(line.document) < _BYTES:
        return ""
    return _(
        "; perhaps {article} is too large for it, with {size:,.0f} MB on the way: `size_limit` leaves large "
        "files out"
    ).format(article=line.article, size=len(line.document) / 1e6)


def pack(documents: Iterable[Document]) -> Packed:
    """*documents* in their order, as they are sent."""
    dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    return tuple((document.article.id, dumps(fields_sent(document)).encode()) for document in documents)


def stored(data: bytes) -> str:
    """*data* as a text that the cluster keeps."""
    return base64.b85encode(zlib.compress(data, 6)).decode("ascii")


def unstored(text: str) -> bytes:
    """The data again."""
    return zlib.decompress(base64.b85decode(text))


def article_of(source: dict[str, Any]) -> Article:
    """The article of a hit; one of `DAMAGE` is raised if what is stored is no article."""
    return unpack_article(unstored(source[ARTICLE]))


def vector_of(source: dict[str, Any]) -> bytes:
    """The vector of a hit; one of `DAMAGE` is raised if what is stored is none."""
    return base64.b85decode(source.get(VECTOR, ""))


def fields_sent(document: Document) -> dict[str, Any]:
    """What the cluster is sent of *document*."""
    fields: dict[str, Any] = {
        PART: ARTICLE,
        DIGEST: document.digest,
        ARTICLE: stored(pack_article(document.article)),
        field_of("any", "words"): _distinct(term for words in document.words.values() for term in words),
    }
    if document.clock is not None:
        fields[CLOCK] = document.clock
    if document.vector:
        fields[VECTOR] = base64.b85encode(document.vector).decode("ascii")
    for name in KEYWORDS:
        if values := document.keywords.get(name):
            fields[name] = _distinct(values)
    for name in CHARACTER_FIELDS:
        tokens = characters(document.texts.get(name, ""))
        channels = {"characters": tokens, "letters": letters(tokens)}
        if name in FIELD_NAMES:
            channels |= {"words": document.words.get(name, []), "bigrams": han_bigrams(tokens)}
        for channel, found in channels.items():
            if found:
                fields[field_of(name, channel)] = joined(found)
            if name in FIELD_NAMES and channel != "letters":
                fields[length_of(name, channel)] = len(found)
    return {**fields, **_ranked(document)}


def _ranked(document: Document) -> dict[str, Any]:
    """What of the body ranks by its characters and bigrams, and the bigrams that do not."""
    every, stretches = characters(document.texts.get("body", "")), list(map(characters, document.boilerplate))
    left_out = list(chain.from_iterable(stretches))
    singles, bigrams = Counter(every) - Counter(left_out), Counter(han_bigrams(every))
    rest = Counter(chain.from_iterable(map(han_bigrams, stretches)))
    terms = {SINGLES: singles, field_of("body", "bigrams"): bigrams - rest, REST: Counter(set(rest))}
    lengths = {"characters": len(every) - len(left_out), "bigrams": bigrams.total() - rest.total()}
    return {
        **{name: joined(found.elements()) for name, found in terms.items()},
        **{length_of("body", channel): length for channel, length in lengths.items()},
    }


def _distinct(values: Any) -> list[str]:
    return [encode(value) for value in dict.fromkeys(values)]
