"""What a cluster is made of: OpenSearch and its security plug-in from Maven Central, and our `ClusterNode.java`.

Both are fetched and compiled once, into `searchkit/opensearch-…` in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

_HERE = Path(__file__).parent
_SOURCES = (_HERE / "pom.xml", _HERE / "ClusterNode.java")
_NONE = "NO OPENSEARCH CLUSTER CAN BE STARTED HERE"
_COMPILER = ["java", "-m", "jdk.compiler/com.sun.tools.javac.Main"]


def why_impossible() -> str:
    """What is missing on this machine to run a cluster, or nothing."""
    missing = [program for program in ("java", "mvn", "openssl") if shutil.which(program) is None]
    missing += ["opensearch-py"] if find_spec("opensearchpy") is None else []
    return f"{_NONE}: {' and '.join(missing)} not found" if missing else ""


def why_not_fetched() -> str:
    """Why Maven cannot fetch the libraries of a cluster, or nothing: then they are here."""
    try:
        fetch()
    except subprocess.CalledProcessError as error:
        if error.cmd[0] != "mvn":
            raise
        return f"{_NONE}: Maven could not fetch its libraries (exit code {error.returncode})"
    return ""


def fetch() -> Path:
    """The folder with the libraries of a cluster, those of the security plug-in in `security`; Maven fetches them
    if they are not there."""
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in _SOURCES)).hexdigest()
    folder = user_cache_path("searchkit") / f"opensearch-{digest[:12]}"
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        _make(draft)
        try:
            draft.rename(folder)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return folder


def class_path(folder: Path, *, guarded: bool) -> str:
    """Where Java finds the classes of a node, with or without those of the security plug-in."""
    plugin = [f"{folder / 'security'}/*"] if guarded else []
    return os.pathsep.join([str(folder), f"{folder}/*", *plugin])


def _make(folder: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(_HERE / "pom.xml"), "dependency:copy-dependencies"]
    subprocess.run([*command, f"-DoutputDirectory={folder}"], check=True)
    for packed in folder.glob("*.zip"):
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder / "security")
        packed.unlink()
    jars = os.pathsep.join(map(str, sorted(folder.glob("*.jar"))))
    subprocess.run([*_COMPILER, "-d", str(folder), "-cp", jars, str(_HERE / "ClusterNode.java")], check=True)
