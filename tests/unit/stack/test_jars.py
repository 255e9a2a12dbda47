"""What is fetched, and from where; no network here."""

import hashlib
import json
from pathlib import Path

import pytest

from workbench.errors import DownloadError
from workbench.stack.jars import STAMP_FILE, base_address, missing_jars
from workbench.stack.lock_list import LockList, parse_lock

MIRROR = """<settings xmlns="urn:example:settings"><mirrors>
  <mirror><id>other</id><mirrorOf>*,!central</mirrorOf><url>http://127.0.0.1/other</url></mirror>
  <mirror><id>mine</id><mirrorOf>central</mirrorOf><url>http://127.0.0.1/mine/</url></mirror>
</mirrors></settings>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a-1.jar").write_bytes(b"contents")
    return tmp_path


@pytest.fixture
def lock() -> LockList:
    return parse_lock("x-1", f"g\ta\t1\t\t{hashlib.sha256(b'contents').hexdigest()}\t8")


def stamp(folder: Path) -> None:
    (folder / STAMP_FILE).write_text(json.dumps({"a-1.jar": (folder / "a-1.jar").stat().st_mtime_ns}))


def test_a_whole_jar_is_not_missing(folder: Path, lock: LockList) -> None:
    assert missing_jars(lock, folder) == []


def test_a_jar_that_is_not_there_is_missing(tmp_path: Path, lock: LockList) -> None:
    assert missing_jars(lock, tmp_path) == list(lock.jars)


def test_a_cut_jar_is_missing_whatever_the_stamp_says(folder: Path, lock: LockList) -> None:
    (folder / "a-1.jar").write_bytes(b"cont")
    stamp(folder)
    assert missing_jars(lock, folder) == list(lock.jars)


def test_a_jar_changed_after_its_check_is_hashed_again(folder: Path, lock: LockList) -> None:
    stamp(folder)
    assert missing_jars(lock, folder) == []
    (folder / "a-1.jar").write_bytes(b"Contents")  # same size
    assert missing_jars(lock, folder) == list(lock.jars)


def test_the_setting_wins_over_everything() -> None:
    assert base_address("http://127.0.0.1:9/maven/") == "http://127.0.0.1:9/maven"


def test_a_mirror_of_central_in_mavens_settings_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(MIRROR)
    assert base_address("") == "http://127.0.0.1/mine"


def test_unreadable_maven_settings_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text("<settings>")
    with pytest.raises(DownloadError, match=r"settings\.xml cannot be read"):
        base_address("")


def test_without_setting_and_mirror_the_address_comes_from_jgo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jgo.constants import MAVEN_CENTRAL_URL

    monkeypatch.setenv("HOME", str(tmp_path))
    assert base_address("") == MAVEN_CENTRAL_URL.rstrip("/")
