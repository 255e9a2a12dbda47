"""Downloads from a repository on this machine: whole files or one clear line."""

import hashlib
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import DownloadError
from workbench.stack.jars import STAMP_FILE, fetch_jars
from workbench.stack.lock_list import LockList, parse_lock

NAMES = ("a", "b", "c")


class Repository:
    """A folder served over HTTP, and the requests it got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        repository = self

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                repository.requests.append(self.path)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def file(self, name: str) -> Path:
        return self.folder / "g" / name / "1" / f"{name}-1.jar"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    found = Repository(tmp_path / "repository")
    for name in NAMES:
        found.file(name).parent.mkdir(parents=True)
        found.file(name).write_bytes(name.encode() * 100_000)
    yield found
    found.close()


@pytest.fixture
def lock(repository: Repository) -> LockList:
    lines = []
    for name in NAMES:
        data = repository.file(name).read_bytes()
        lines.append(f"g\t{name}\t1\t\t{hashlib.sha256(data).hexdigest()}\t{len(data)}")
    return parse_lock("test-1", "\n".join(lines))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: LockList) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "bigdata-workbench" / "jars" / lock.key


def fetch(lock: LockList, url: str) -> list[tuple[int, int]]:
    progress: list[tuple[int, int]] = []
    fetch_jars(lock, jars_url=url, progress=lambda done, total: progress.append((done, total)))
    return progress


def test_all_jars_arrive_once_and_the_second_time_nothing_is_asked(
    repository: Repository, lock: LockList, cache: Path
) -> None:
    progress = fetch(lock, repository.url)
    assert progress[-1] == (300_000, 300_000)
    assert sorted(path.name for path in cache.iterdir()) == ["a-1.jar", "b-1.jar", "c-1.jar", STAMP_FILE]
    assert len(repository.requests) == 3
    assert fetch(lock, repository.url) == []
    assert len(repository.requests) == 3


@pytest.mark.parametrize("damage", [b"", b"b" * 99_999, b"x" + b"b" * 99_999], ids=["empty", "cut", "changed"])
def test_a_damaged_jar_alone_is_downloaded_again(
    repository: Repository, lock: LockList, cache: Path, damage: bytes
) -> None:
    fetch(lock, repository.url)
    repository.requests.clear()
    (cache / "b-1.jar").write_bytes(damage)
    fetch(lock, repository.url)
    assert (cache / "b-1.jar").read_bytes() == b"b" * 100_000
    assert len(repository.requests) == 1


def test_a_file_that_is_not_the_one_of_the_list_is_refused(repository: Repository, lock: LockList, cache: Path) -> None:
    repository.file("b").write_bytes(b"y" * 100_000)
    with pytest.raises(DownloadError, match=r"b-1\.jar is not the file of the lock list: sha256"):
        fetch(lock, repository.url)
    assert [path.name for path in cache.iterdir() if "b-1" in path.name or "part" in path.name] == []


def test_a_file_that_is_missing_is_named_with_its_address(repository: Repository, lock: LockList, cache: Path) -> None:
    repository.file("c").unlink()
    with pytest.raises(DownloadError, match=rf"{repository.url}/g/c/1/c-1\.jar cannot be downloaded: HTTP 404"):
        fetch(lock, repository.url)
    assert not list(cache.glob("*.part"))


def test_a_server_that_breaks_off_is_tried_again_and_then_reported(lock: LockList, cache: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        count = 0

        def answer_and_break_off() -> None:
            nonlocal count
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                count += 1
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf")
                connection.close()

        thread = threading.Thread(target=answer_and_break_off)
        thread.start()
        try:
            with pytest.raises(DownloadError, match="cannot be downloaded"):
                fetch(lock, f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
    assert count >= 3
    assert list(cache.glob("*.part")) == []
    assert not (cache / STAMP_FILE).exists()


def test_a_file_that_the_disk_does_not_take_is_one_line(repository: Repository, lock: LockList, cache: Path) -> None:
    program = f"""
import signal, sys
from workbench.errors import DownloadError
from workbench.stack.jars import fetch_jars
from workbench.stack.lock_list import parse_lock
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
lock = parse_lock("test-1", sys.stdin.read())
try:
    fetch_jars(lock, jars_url={repository.url!r}, progress=lambda done, total: None)
except DownloadError as error:
    print(error)
"""
    text = "\n".join(f"g\t{jar.artifact}\t1\t\t{jar.sha256}\t{jar.size_bytes}" for jar in lock.jars)
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        # stands for a full disk: the write fails in the middle of a file
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert "cannot be written to" in done.stdout
    assert "make room" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert [path for path in cache.iterdir() if path.suffix == ".part"] == []
