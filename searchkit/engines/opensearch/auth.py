"""How a cluster knows us and we it: the headers of a request, what certificates are trusted, and what to do where
one of the two fails."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from http.client import BadStatusLine, RemoteDisconnected

from searchkit.engines.opensearch.settings import Connection
from searchkit.errors import ConfigError

_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21, 27})
"""OpenSSL's numbers for a certificate that no known authority vouches for (`X509_V_ERR_…`)."""
_OTHER_NAME = frozenset({62, 64})
_TIMEOUTS = frozenset({"ConnectionTimeout", "ReadTimeoutError", "ConnectTimeoutError"})
"""What opensearch-py and urllib3 call them; other kinds of these, such as a refused connection, are none."""
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})


def headers_of(connection: Connection) -> dict[str, str]:
    """What says who we are. A token goes before a password."""
    if connection.token:
        return {"Authorization": f"Bearer {connection.token}"}
    if connection.user:
        account = f"{connection.user}:{connection.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(account).decode()}"}
    return {}


def trust_of(connection: Connection) -> ssl.SSLContext | None:
    """The certificates that are trusted: those of the system's authorities, and those of the file that is named.
    None where no address has TLS.

    Raises:
        ConfigError: the file holds no certificates.
    """
    if not any(url.startswith("https:") for url in connection.urls):
        return None
    context = ssl.create_default_context()
    if connection.ca:
        try:
            context.load_verify_locations(connection.ca)
        except OSError as error:  # an SSLError is one
            raise ConfigError(
                f"SEARCHKIT_OPENSEARCH_CA: {connection.ca}: "
                f"{'it holds no certificate in PEM' if isinstance(error, ssl.SSLError) else error.strerror}"
            ) from error
    if not connection.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def why_not_trusted(error: BaseException) -> str:
    """What to do about the *error* of a connection, if TLS will not do however often it is tried."""
    found = next((part for part in _chain(error) if isinstance(part, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({found.verify_message}); {_advice(found.verify_code)}"
    if getattr(found, "reason", "") in _NO_TLS:
        return "it does not speak TLS; if that is meant, SEARCHKIT_OPENSEARCH_URL begins with http:"
    return ""


def hint_of_tls(connection: Connection, error: BaseException) -> str:
    """A hint where a connection without TLS was cut off, as those do that expect it."""
    cut_off = any(isinstance(part, (RemoteDisconnected, BadStatusLine)) for part in _chain(error))
    return " With TLS it begins with https:" if cut_off and connection.name.startswith("http:") else ""


def why_refused(connection: Connection, status: int, reason: str) -> str:
    """What to do about an answer with *status* 401 or 403."""
    if status == HTTPStatus.FORBIDDEN:
        who = "the token" if connection.token else connection.user or "who has no account"
        return f"it does not allow this to {who} (403: {reason}); docs/configuration.md says what rights it takes"
    if connection.token:
        return "it does not let us in (401): SEARCHKIT_OPENSEARCH_TOKEN is wrong, or not valid any more"
    if connection.user:
        return (
            f"it does not let us in (401): it has no {connection.user}, or with another password; look at "
            "SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD"
        )
    return (
        "it does not let us in (401): it wants to know who we are; set SEARCHKIT_OPENSEARCH_USER and "
        "SEARCHKIT_OPENSEARCH_PASSWORD, or SEARCHKIT_OPENSEARCH_TOKEN"
    )


def got_no_answer(error: BaseException) -> bool:
    """Whether it was waited for in vain, at whatever point of a request."""
    return any(isinstance(part, TimeoutError) or type(part).__name__ in _TIMEOUTS for part in _chain(error))


def _advice(code: int) -> str:
    if code in _UNKNOWN_AUTHORITY:
        return "set SEARCHKIT_OPENSEARCH_CA to a file with the certificate of its authority"
    if code in _OTHER_NAME:
        return "SEARCHKIT_OPENSEARCH_URL must name it as its certificate does"
    return "it needs another one"


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
