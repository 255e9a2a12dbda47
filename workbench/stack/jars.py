"""Fetch the jars of a lock list into the user's cache: in parallel, checked, whole files only."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Lock
from typing import TypeVar
from xml.etree import ElementTree

import httpx
import platformdirs

from workbench.errors import DownloadError
from workbench.stack.layout import read_json, write_private
from workbench.stack.lock_list import Jar, LockList

PARALLEL_DOWNLOADS = 8
"""Many small files: latency counts, not bandwidth."""

ATTEMPTS = 3
"""Per file, for failures of the connection or the server."""

TIMEOUT_S = 60.0
"""Seconds without a byte until a download is given up."""

STAMP_FILE = "verified.json"
"""File name -> modification time in ns when its hash was last checked."""

FILE_TIME_S = 1_500_000_000
"""Modification time of every jar: Java's archives hold it, so that a jar fetched again still fits them."""

_MAVEN_SETTINGS = Path("~/.m2/settings.xml")
_T = TypeVar("_T")


def cache_folder() -> Path:
    """Where programs that are downloaded or derived are kept, for all installations of this user."""
    return Path(platformdirs.user_cache_dir("bigdata-workbench"))


def _mirror(text: str) -> str | None:
    for element in ElementTree.fromstring(text).iter():  # noqa: S314 - the user's own file
        if element.tag.rpartition("}")[2] != "mirror":
            continue
        values = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
        of = {part.strip() for part in values.get("mirrorOf", "").split(",")}
        if of & {"central", "*", "external:*"} and "!central" not in of and values.get("url"):
            return values["url"]
    return None


def base_address(jars_url: str) -> str:
    """The repository's address: the setting, else a mirror of central in Maven's settings, else jgo's constant.

    Raises
    ------
    DownloadError
        When Maven's settings cannot be parsed.
    """
    path = _MAVEN_SETTINGS.expanduser()
    if jars_url:
        return jars_url.rstrip("/")
    try:
        mirror = _mirror(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ElementTree.ParseError) as error:
        raise DownloadError(f"{path} cannot be read ({error}); repair it or set WORKBENCH_JARS_URL") from error
    if mirror:
        return mirror.rstrip("/")
    from jgo.constants import MAVEN_CENTRAL_URL

    return str(MAVEN_CENTRAL_URL).rstrip("/")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def missing_jars(lock: LockList, folder: Path) -> list[Jar]:
    """Jars that are absent or damaged.

    A file is hashed again only when its size or time differs from what was stamped after its last check.

    Parameters
    ----------
    lock : LockList
    folder : Path
        The list's cache folder.
    """
    stamp = read_json(folder / STAMP_FILE)
    bad: list[Jar] = []
    for jar in lock.jars:
        path = folder / jar.file_name
        try:
            found = path.stat()
        except FileNotFoundError:
            bad.append(jar)
            continue
        unchanged = stamp.get(jar.file_name) == found.st_mtime_ns
        if found.st_size != jar.size_bytes or not (unchanged or _sha256(path) == jar.sha256):
            bad.append(jar)
    return bad


def _retried(action: Callable[[], _T], what: str) -> _T:
    last: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            return action()
        except httpx.HTTPStatusError as error:
            if error.response.status_code < 500:
                raise DownloadError(
                    f"{what} cannot be downloaded: HTTP {error.response.status_code}; "
                    "check WORKBENCH_JARS_URL or the mirror in ~/.m2/settings.xml"
                ) from error
            last = error
        except httpx.HTTPError as error:
            last = error
    reason = str(last) or type(last).__name__
    raise DownloadError(
        f"{what} cannot be downloaded: {reason}; check the network, WORKBENCH_JARS_URL or ~/.m2/settings.xml"
    ) from last


def _fetch(client: httpx.Client, base: str, *, jar: Jar, folder: Path) -> None:
    def download() -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with client.stream("GET", f"{base}/{jar.path}") as response:
            response.raise_for_status()
            with part.open("wb") as file:
                for chunk in response.iter_bytes():
                    size += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
        return digest.hexdigest(), size

    part = folder / f"{jar.file_name}.{os.getpid()}.part"
    try:
        found, size = _retried(download, f"{base}/{jar.path}")
        if found != jar.sha256:
            raise DownloadError(
                f"{base}/{jar.path} is not the file of the lock list: sha256 {found[:12]}… of {size} bytes, "
                f"expected {jar.sha256[:12]}… of {jar.size_bytes}; the mirror serves something else"
            )
        os.utime(part, (FILE_TIME_S, FILE_TIME_S))
        part.replace(folder / jar.file_name)
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
        raise DownloadError(f"{jar.file_name} cannot be written to {folder}: {reason}; make room") from error
    finally:
        part.unlink(missing_ok=True)


def fetch_jars(lock: LockList, *, jars_url: str, progress: Callable[[int, int], None]) -> list[Path]:
    """All jars of a lock list, downloaded where they are missing or damaged.

    Parameters
    ----------
    lock : LockList
    jars_url : str
        Base address from the settings; empty for the usual places.
    progress : callable
        Gets bytes done and bytes to do, both counting only what is downloaded.

    Returns
    -------
    list of Path
        In the order of the list.

    Raises
    ------
    DownloadError
        When one cannot be had; nothing half-written stays behind.
    """
    folder = cache_folder() / "jars" / lock.key
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{folder} cannot be made: {error.strerror}; set XDG_CACHE_HOME") from error
    missing = missing_jars(lock, folder)
    if missing:
        base, total, guard = base_address(jars_url), sum(jar.size_bytes for jar in missing), Lock()
        done = 0
        limits = httpx.Limits(max_connections=PARALLEL_DOWNLOADS)
        with (
            httpx.Client(timeout=TIMEOUT_S, limits=limits, follow_redirects=True) as client,
            ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool,
        ):
            waiting = {pool.submit(_fetch, client, base, jar=jar, folder=folder): jar for jar in missing}
            try:
                for finished in as_completed(waiting):
                    finished.result()
                    with guard:
                        done += waiting[finished].size_bytes
                    progress(done, total)
            finally:
                pool.shutdown(cancel_futures=True)
    paths = [folder / jar.file_name for jar in lock.jars]
    stamp = {path.name: path.stat().st_mtime_ns for path in paths}
    if stamp != read_json(folder / STAMP_FILE):
        write_private(folder / STAMP_FILE, json.dumps(stamp))
    return paths
