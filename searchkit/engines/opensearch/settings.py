"""Where the cluster is and who we are to it: from the environment, secrets also from files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path
from urllib.parse import urlsplit

from searchkit.errors import ConfigError, reason

_PREFIX = "SEARCHKIT_OPENSEARCH_"


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a cluster. Several *urls* are nodes of the same one; *ca* is a file with certificates to trust
    beside those of the system; *timeout* is in seconds; *shards* is how many a new index is cut into."""

    urls: tuple[str, ...] = ("http://127.0.0.1:9200",)
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca: str = ""
    verify: bool = True
    timeout: float = 60.0
    shards: int = 1
    replicas: int = 1

    @property
    def name(self) -> str:
        """What messages call the cluster."""
        return self.urls[0]


def connection_from(values: Mapping[str, str] = os.environ) -> Connection:
    """The connection that SEARCHKIT_OPENSEARCH_URL and its sisters describe. _PASSWORD and _TOKEN may also be the
    first line of the file that _PASSWORD_FILE or _TOKEN_FILE names.

    Raises:
        ConfigError: a variable makes no sense.
    """
    addresses = values.get(f"{_PREFIX}URL", "")
    if "@" in addresses:  # what may be a password is not repeated
        raise ConfigError(
            _("{prefix}URL: the user and the password belong in {prefix}USER and {prefix}PASSWORD").format(
                prefix=_PREFIX
            )
        )
    urls = tuple(url.strip().rstrip("/") for url in addresses.split(",") if url.strip())
    for url in urls:
        _check(url)
    token = _secret(values, "TOKEN")
    if not token.isascii() or any(sign.isspace() for sign in token):
        raise ConfigError(_("{prefix}TOKEN: it holds signs that no token has").format(prefix=_PREFIX))
    return Connection(
        urls=urls or Connection().urls,
        user=values.get(f"{_PREFIX}USER", ""),
        password=_secret(values, "PASSWORD"),
        token=token,
        ca=values.get(f"{_PREFIX}CA", ""),
        verify=values.get(f"{_PREFIX}VERIFY", "yes").lower() not in ("no", "false", "0"),
        timeout=float(_number(values, "TIMEOUT", 60, least=1)),
        shards=_number(values, "SHARDS", 1, least=1),
        replicas=_number(values, "REPLICAS", 1, least=0),
    )


def _check(url: str) -> None:
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return
    raise ConfigError(
        _("{prefix}URL: {url!r} is no address such as https://search.example:9200").format(prefix=_PREFIX, url=url)
    )


def _secret(values: Mapping[str, str], name: str) -> str:
    file = values.get(f"{_PREFIX}{name}_FILE")
    if not file:
        return values.get(f"{_PREFIX}{name}", "")
    try:
        return Path(file).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("{prefix}{name}_FILE: {file}: {error}").format(
                prefix=_PREFIX, name=name, file=file, error=reason(error)
            )
        ) from error


def _number(values: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = values.get(f"{_PREFIX}{name}") or str(default)
    if not text.isdecimal() or int(text) < least:
        raise ConfigError(
            _("{prefix}{name}: {text!r} is no whole number from {least} up").format(
                prefix=_PREFIX, name=name, text=text, least=least
            )
        )
    return int(text)
