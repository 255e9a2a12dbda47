import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from workbench.errors import DownloadError, UsageError
from workbench.sources.datasets import DataSet, dataset_named, datasets, fetch
from workbench.sources.formats import FORMATS

CONTENT = b"a,b\n1,2\n"


def data(**more: str) -> DataSet:
    return DataSet(**({"name": "x", "title": "t", "format": "llmperf", "licence": "MIT", "file": "x.csv"} | more))  # type: ignore[arg-type]


@pytest.fixture
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/cut":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(CONTENT)  # then the connection closes, 92 bytes short
                return
            self.send_response(200 if self.path == "/x.csv" else 404)
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_set_is_downloaded_once_and_its_checksum_noted(address: str, tmp_path: Path) -> None:
    path = fetch(data(address=f"{address}/x.csv"), tmp_path)
    assert path.read_bytes() == CONTENT
    assert fetch(data(address="http://127.0.0.1:9/gone"), tmp_path) == path  # no second download


def test_another_checksum_is_refused_and_nothing_is_left(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="expected 0000"):
        fetch(data(address=f"{address}/x.csv", sha256="0" * 64), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_changed_file_is_fetched_again(address: str, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    path = fetch(data(address=f"{address}/x.csv", sha256=sha256), tmp_path)
    path.write_bytes(b"rotten")
    assert fetch(data(address=f"{address}/x.csv", sha256=sha256), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["/missing", "/cut"])
def test_a_failed_or_cut_download_says_so_and_leaves_nothing(address: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(DownloadError, match="--mirror"):
        fetch(data(address=address + path), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nobody_listening_says_so(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="cannot be fetched"):
        fetch(data(address="http://127.0.0.1:9/x.csv"), tmp_path)


def test_a_mirror_is_used_instead_of_the_address(tmp_path: Path) -> None:
    (tmp_path / "mirror" / "x").mkdir(parents=True)
    (tmp_path / "mirror" / "x" / "x.csv").write_bytes(CONTENT)
    assert fetch(data(), tmp_path / "here", mirror=tmp_path / "mirror").read_bytes() == CONTENT
    with pytest.raises(DownloadError, match="is it a mirror"):
        fetch(data(name="y"), tmp_path / "here", mirror=tmp_path / "mirror")


def test_a_set_without_address_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="--mirror"):
        fetch(data(), tmp_path)


def test_every_set_has_a_known_format_and_an_unknown_set_names_the_known_ones() -> None:
    assert {one.format for one in datasets().values()} <= set(FORMATS)
    with pytest.raises(UsageError, match="aider"):
        dataset_named("nonsense")


def test_the_packaged_set_is_where_the_package_is(tmp_path: Path) -> None:
    assert fetch(dataset_named("chitchat-dataset"), tmp_path).name == "dataset.json"
