"""Requests to a cluster: tried again where that helps, and errors that say what to do.

The only place that knows opensearch-py, and urllib3 below it.
"""

from __future__ import annotations

import base64
import json
import random
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from gettext import gettext as _
from http import HTTPStatus
from http.client import BadStatusLine, RemoteDisconnected
from typing import Any

from searchkit.engines.opensearch.settings import Connection
from searchkit.errors import ConfigError, EngineUnavailable, ExtraMissing, SearchkitError, reason

_PASSING = frozenset({429, 502, 503, 504})
"""Statuses of a cluster that is busy, or that is just replacing a node it lost."""
_LOST = re.compile(
    r'"type": "(?:node_not_connected|node_disconnected|node_closed|connect_transport|'
    r'no_shard_available_action|unavailable_shards)_exception"'
)
"""What it calls the loss of a node, with whatever status."""
_ATTEMPTS = 9
_MORE_AT_FIRST = 2
"""Attempts beside one for each address, as long as none has answered: the address may be wrong."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_CONNECTIONS = 16
_LONGEST_KIND = 100  # characters
_ADVICE = dict.fromkeys(
    (2, 18, 19, 20, 21, 27), _("set SEARCHKIT_OPENSEARCH_CA to a file with the certificate of its authority")
)
_ADVICE |= dict.fromkeys((62, 64), _("SEARCHKIT_OPENSEARCH_URL must name it as its certificate does"))
"""What to do, by OpenSSL's number for what is wrong with a certificate (`X509_V_ERR_…`)."""
_TIMEOUTS = frozenset({"ConnectionTimeout", "ReadTimeoutError", "ConnectTimeoutError"})
"""What opensearch-py and urllib3 call them; other kinds of these, such as a refused connection, are none."""
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})


class Refused(SearchkitError, RuntimeError):
    """The cluster did not take a request; `kind` is its name for the reason."""

    def __init__(self, where: str, status: int, kind: str, reason: str) -> None:
        super().__init__(
            _("OpenSearch at {where}: it refused a request ({reason})").format(
                where=where, reason=named(status, kind, reason)
            )
        )
        self.status, self.kind = status, kind


class Cluster:
    """A connection to a cluster. Threads may share it."""

    def __init__(self, connection: Connection, *, attempts: int = _ATTEMPTS) -> None:
        self.connection = connection
        self._attempts = attempts
        self._client = _client(connection)
        self._has_answered = False

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        parameters: Mapping[str, str] | None = None,
        *,
        patience: float | None = None,
        expected: tuple[int, ...] = (),
    ) -> Any:
        """What the cluster answers; None for one of the *expected* statuses. *patience* is a timeout in seconds.

        Only for requests that may be made twice: a failed one is made again, after longer and longer pauses of
        random length, if that may help. One that got no answer in time is made once more for each address; one
        that reaches nobody is soon given up, as long as nobody ever answered.

        Raises:
            EngineUnavailable: the cluster cannot be reached, does not know us, or is not well.
            Refused: it refused the request for another reason.
        """
        from opensearchpy import exceptions

        seconds = patience or self.connection.timeout
        perform = self._client.transport.perform_request
        silences, addresses = 0, len(self.connection.urls)
        at_first = addresses + _MORE_AT_FIRST
        most = max(self._attempts, at_first)
        for attempt in range(most):
            try:
                settings = {**(parameters or {}), "request_timeout": seconds}  # opensearch-py changes it
                answer = perform(method, path, params=settings, body=body)
                self._has_answered = True
                return answer
            except exceptions.ConnectionError as error:  # also a timeout, and whatever fails in TLS
                reason = _why_not_trusted(error)
                silences += _got_no_answer(error)
                at_most = most if self._has_answered else at_first
                if reason or attempt + 1 >= at_most or silences > addresses:
                    raise self._unavailable(reason or self._why_silent(error, seconds)) from error
            except exceptions.SerializationError as error:
                raise self._unavailable(
                    _("what answers there is no OpenSearch; is SEARCHKIT_OPENSEARCH_URL its address?")
                ) from error
            except exceptions.TransportError as error:
                self._has_answered = True
                if error.status_code in expected:
                    return None
                passing = error.status_code in _PASSING or bool(_LOST.search(json.dumps(error.info)))
                if not passing or attempt + 1 >= self._attempts:
                    raise self._failure(error, passing=passing) from error
            time.sleep(pause(attempt if self._has_answered else attempt // addresses))
        raise AssertionError("the last attempt returns or raises")

    def create(self, *request: Any, **options: Any) -> None:
        """Make an index, unless it is there: an attempt before this one, or another process, may have made it."""
        try:
            self.call("PUT", *request, **options)
        except Refused as error:
            if error.kind != "resource_already_exists_exception":
                raise

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _why_silent(self, error: Exception, seconds: float) -> str:
        if _got_no_answer(error):
            setting = _("; SEARCHKIT_OPENSEARCH_TIMEOUT says how long we wait")
            return _(
                "it did not answer within {seconds:,.0f} s; is it overloaded, or not to be reached?{hint}"
            ).format(seconds=seconds, hint=setting if seconds == self.connection.timeout else "")
        cut_off = any(isinstance(part, (RemoteDisconnected, BadStatusLine)) for part in _chain(error))
        hint = _(" With TLS it begins with https:") if cut_off and self.connection.name.startswith("http:") else ""
        advice = _("is it running, and is SEARCHKIT_OPENSEARCH_URL its address?")
        return _("it cannot be reached ({reason}); {advice}{hint}").format(
            reason=_cause(error), advice=advice, hint=hint
        )

    def _failure(self, error: Any, *, passing: bool) -> Exception:
        status, kind, reason = int(error.status_code), str(error.error), _reason(error.info)
        if status in (401, 403) and kind != "cluster_block_exception":
            return self._unavailable(_why_refused(self.connection, status, reason.partition(" and User ")[0]))
        if passing:
            why = named(status, kind, reason)
            return self._unavailable(_("it is not well ({why}); look at GET /_cluster/health").format(why=why))
        return Refused(self.connection.name, status, kind, reason)

    def _unavailable(self, what: str) -> EngineUnavailable:
        return EngineUnavailable(_("OpenSearch at {name}: {what}").format(name=self.connection.name, what=what))


def pause(attempt: int) -> float:
    """Seconds to wait after a failed *attempt*, counted from 0: twice as long each time, and at random, so that
    many who failed together do not come back together."""
    return random.uniform(0.5, 1.0) * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)


def named(status: int, kind: str, reason: str) -> str:
    """What an answer says, in one line. Where a proxy gives it, *kind* is a page, or nothing."""
    return f"{status} {' '.join(kind.split())[:_LONGEST_KIND]}: {reason}".rstrip(" :")


def _client(connection: Connection) -> Any:
    try:
        from opensearchpy import OpenSearch
        from urllib3 import disable_warnings
        from urllib3.exceptions import InsecureRequestWarning
    except ImportError as error:
        raise ExtraMissing(
            _("the engine opensearch needs opensearch-py; run `pip install opensearch-py`")
        ) from error
    if not connection.verify:
        disable_warnings(InsecureRequestWarning)  # that was asked for
    return OpenSearch(
        hosts=list(connection.urls),
        headers=_headers(connection),
        ssl_context=_trust(connection),
        timeout=connection.timeout,
        max_retries=0,  # `Cluster` does that; the next request goes to another node
        retry_on_status=(),  # a node that answers is not gone, whatever it says
        pool_maxsize=_CONNECTIONS,
    )


def _cause(error: Any) -> str:
    """The innermost reason of a connection that failed, without the objects around it."""
    text = str(error.info if getattr(error, "info", None) else error)
    reason = text.rsplit(": ", 1)[-1].rpartition("('")[2].strip("')(") or type(error).__name__
    return reason + ")" * (reason.count("(") - reason.count(")"))


def _reason(info: Any) -> str:
    """The first reason in the cluster's answer, the innermost one."""
    try:
        error = info["error"]
        inner = (error.get("root_cause") or [error])[0]
        if error.get("failed_shards"):
            inner = error["failed_shards"][0]["reason"]
        return str((inner.get("caused_by") or inner).get("reason", ""))
    except (TypeError, KeyError, AttributeError, IndexError):
        return ""


def _headers(connection: Connection) -> dict[str, str]:
    """What says who we are. A token goes before a password."""
    if connection.token:
        return {"Authorization": f"Bearer {connection.token}"}
    if connection.user:
        account = f"{connection.user}:{connection.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(account).decode()}"}
    return {}


def _trust(connection: Connection) -> ssl.SSLContext | None:
    """The certificates that are trusted: those of the system's authorities, and those of the file that is named.
    None where no address has TLS."""
    if not any(url.startswith("https:") for url in connection.urls):
        return None
    context = ssl.create_default_context()
    if connection.ca:
        try:
            context.load_verify_locations(connection.ca)
        except OSError as error:  # an SSLError is one
            raise ConfigError(
                _("SEARCHKIT_OPENSEARCH_CA: {file}: {reason}").format(
                    file=connection.ca,
                    reason=_("it holds no certificate in PEM")
                    if isinstance(error, ssl.SSLError)
                    else reason(error),
                )
            ) from error
    if not connection.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _why_not_trusted(error: BaseException) -> str:
    """What to do about the *error* of a connection, if TLS will not do however often it is tried."""
    found = next((part for part in _chain(error) if isinstance(part, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        advice = _ADVICE.get(found.verify_code, _("it needs another one"))
        return _("its certificate is not trusted ({reason}); {advice}").format(
            reason=found.verify_message, advice=advice
        )
    if getattr(found, "reason", "") in _NO_TLS:
        return _("it does not speak TLS; if that is meant, SEARCHKIT_OPENSEARCH_URL begins with http:")
    return ""


def _why_refused(connection: Connection, status: int, reason: str) -> str:
    """What to do about an answer with *status* 401 or 403."""
    if status == HTTPStatus.FORBIDDEN:
        who = _("the token") if connection.token else connection.user or _("who has no account")
        return _(
            "it does not allow this to {who} (403: {reason}); docs/configuration.md says what rights it takes"
        ).format(who=who, reason=reason)
    if connection.token:
        return _("it does not let us in (401): SEARCHKIT_OPENSEARCH_TOKEN is wrong, or not valid any more")
    if connection.user:
        return _(
            "it does not let us in (401): it has no {user}, or with another password; look at "
            "SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD"
        ).format(user=connection.user)
    return _(
        "it does not let us in (401): it wants to know who we are; set SEARCHKIT_OPENSEARCH_USER and "
        "SEARCHKIT_OPENSEARCH_PASSWORD, or SEARCHKIT_OPENSEARCH_TOKEN"
    )


def _got_no_answer(error: BaseException) -> bool:
    """Whether it was waited for in vain, at whatever point of a request."""
    return any(isinstance(part, TimeoutError) or type(part).__name__ in _TIMEOUTS for part in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those it came from: as causes, or as arguments of one another."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, BaseException) and part not in seen:
            seen.append(part)
            yield part
            waiting += [*part.args, part.__cause__, part.__context__, getattr(part, "reason", None)]
