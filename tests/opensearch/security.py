"""A cluster that asks for accounts over TLS: OpenSearch's own security plug-in, with a certificate made here.

The roles are those that docs/configuration.md says an account needs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.opensearch.cluster import Guard

ADMIN, WRITER, READER, STRANGER = "admin", "作者", "reader", "stranger"
"""The accounts: of the cluster itself, of who reindexes, of who only searches, and one without rights."""
PASSWORD = "数据·p@ss:word"
_HASH = "$2y$12$.T5jIinUSrr3HbAbOd3b8uBf24OkB0.WtNvBV.w70c5HwQIakgFO."
_KEY = b"a key that signs tokens, which is known to the cluster and to these tests only"
_PLUGIN = "org.opensearch.security.OpenSearchSecurityPlugin"
_NAME = "searchkit-tests"
_INDICES = ["searchkit-*", "searchkit.locks"]
_READING = ["indices:data/read*", "indices:admin/aliases/get", "indices:admin/mappings/get"]
_ROLES: dict[str, Any] = {
    WRITER: {
        "cluster_permissions": ["cluster:monitor/health", "indices:data/read*", "indices:data/write/bulk"],
        "index_permissions": [{"index_patterns": _INDICES, "allowed_actions": ["indices:*"]}],
    },
    READER: {
        "cluster_permissions": ["indices:data/read*"],
        "index_permissions": [{"index_patterns": _INDICES[:1], "allowed_actions": _READING}],
    },
}
_MAPPED = {"all_access": ADMIN, WRITER: WRITER, READER: READER}


def make_guard(folder: Path) -> Guard:
    """The guard of a cluster, whose files are put into *folder*. Its certificate is `certificate.pem`: it is for
    127.0.0.1, and nobody vouches for it but itself."""
    _make_certificate(folder)
    place = folder / "opensearch-security"
    place.mkdir()
    for name, facts in _configuration().items():
        kind = {"type": name.replace("_", ""), "config_version": 2}
        (place / f"{name}.yml").write_text(json.dumps({"_meta": kind, **facts}), "utf-8")  # JSON is YAML
    trusted = ssl.create_default_context(cafile=folder / "certificate.pem")
    return Guard(folder, _settings(), _PLUGIN, {"Authorization": basic(ADMIN, PASSWORD)}, trusted)


def basic(user: str, password: str) -> str:
    """The header of a request of *user*."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def token(user: str, *, seconds: float = 600.0, key: bytes = _KEY) -> str:
    """A token of *user* that is valid for so long (RFC 7519)."""
    facts = {"sub": user, "exp": int(time.time() + seconds)}
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, facts))
    return (signed + b"." + _encoded(hmac.digest(key, signed, hashlib.sha256))).decode()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _make_certificate(folder: Path) -> None:
    subject = ["-subj", f"/CN={_NAME}", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", "key.pem", "-out", "certificate.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", *subject, *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _settings() -> dict[str, Any]:
    security = "plugins.security"
    files = {"pemcert": "certificate.pem", "pemkey": "key.pem", "pemtrustedcas": "certificate.pem"}
    return {
        **{f"{security}.ssl.{layer}.{name}_filepath": file
           for layer in ("http", "transport") for name, file in files.items()},
        f"{security}.ssl.http.enabled": True,
        f"{security}.nodes_dn": [f"CN={_NAME}"],
        f"{security}.allow_default_init_securityindex": True,
    }  # fmt: skip


def _configuration() -> dict[str, Any]:
    """The files of the plug-in, by their names."""
    users = {name: {"hash": _HASH} for name in (ADMIN, WRITER, READER, STRANGER)}
    return {
        "config": {"config": {"dynamic": {"authc": {"password": _PASSWORDS, "token": _TOKENS}}}},
        "internal_users": users,
        "roles": _ROLES,
        "roles_mapping": {role: {"users": [user]} for role, user in _MAPPED.items()},
        "action_groups": {},
        "tenants": {},
        "nodes_dn": {},
        "allowlist": {"config": {"enabled": False}},
        "audit": {"config": {"enabled": False}},
    }


_PASSWORDS = {
    "http_enabled": True,
    "order": 1,
    "http_authenticator": {"type": "basic", "challenge": True},
    "authentication_backend": {"type": "intern"},
}
_TOKENS = {
    "http_enabled": True,
    "order": 0,
    "http_authenticator": {
        "type": "jwt",
        "challenge": False,
        "config": {"signing_key": base64.b64encode(_KEY).decode(), "subject_key": "sub"},
    },
    "authentication_backend": {"type": "noop"},
}
