"""Files that searchkit keeps for its user."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from searchkit.user_folder import write_private


def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "状态" / "list.json"
    for text in ("月全食", "红光"):
        write_private(file, text)
        assert [path.name for path in file.parent.iterdir()] == ["list.json"]
        assert file.read_text(encoding="utf-8") == text
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.json").mkdir()
    with pytest.raises(OSError, match=r"list\.json"):
        write_private(tmp_path / "list.json", "月全食")
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]


def test_who_has_no_home_has_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_private(Path("~", ".cache", "searchkit", "names.json"), "月全食")
    assert not list(tmp_path.iterdir())
