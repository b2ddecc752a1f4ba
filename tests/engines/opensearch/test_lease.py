"""Who holds a lock, and whether it is still there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

pytest.importorskip("opensearchpy", reason="opensearch-py is not installed: pip install opensearch-py")

from searchkit.engines.opensearch import lease


def test_a_process_that_ended_is_gone_but_not_one_of_another_machine_with_the_same_name() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    now = time.time()
    here = lease._Holder(ended.pid, socket.gethostname(), now, now, lease._machine())
    assert here.is_gone
    for machine in ("", socket.gethostname(), f"{lease._machine()}0"):
        other = replace(here, machine=machine)
        assert not other.is_gone
        assert replace(other, seen=now - 601).is_gone
