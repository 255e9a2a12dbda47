"""Public data sets: by address with a checksum, from a mirror folder, or inside an installed package."""

import hashlib
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from workbench.errors import DownloadError, UsageError
from workbench.sources import chitchat

LIMIT_BYTES = 2 * 2**30
"""A larger answer is not the data set that was asked for."""

_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class DataSet:
    """One public data set.

    Parameters
    ----------
    name, title, format, licence, file : str
        `file` is the name that it is kept under, and looked for in a mirror folder.
    address : str
        Where it is published; empty when only a mirror or a package has it.
    sha256 : str
        Empty when the published file is not fixed.
    package : bool
        It comes with an installed package: nothing is fetched.
    """

    name: str
    title: str
    format: str
    licence: str
    file: str
    address: str = ""
    sha256: str = ""
    package: bool = False


def datasets() -> dict[str, DataSet]:
    """All known data sets by name."""
    found = tomllib.loads(Path(__file__).with_name("datasets.toml").read_text(encoding="utf-8"))
    return {name: DataSet(name=name, **fields) for name, fields in found.items()}


def dataset_named(name: str) -> DataSet:
    """The data set of that name.

    Raises
    ------
    UsageError
        When there is none.
    """
    known = datasets()
    if name not in known:
        raise UsageError(f"no data set {name!r}; data sets: {', '.join(known)}")
    return known[name]


def fetch(data: DataSet, folder: Path, *, mirror: Path | None = None, timeout_s: float = 60.0) -> Path:
    """Bring a data set here, unless it is here already, and give its path.

    Parameters
    ----------
    data : DataSet
    folder : Path
        Kept under ``<folder>/<name>/<file>``; written beside it first and renamed when whole and checked.
    mirror : Path, optional
        A folder that has ``<name>/<file>``; used instead of the address.
    timeout_s : float
        Seconds without a byte before the download is given up.

    Raises
    ------
    DownloadError
        When it cannot be had, or its checksum is another; nothing is left half-written.
    """
    if data.package:
        return chitchat.packaged_file()
    target = folder / data.name / data.file
    noted = target.with_suffix(target.suffix + ".sha256")
    expected = data.sha256 or (noted.read_text(encoding="ascii").strip() if noted.is_file() else "")
    if target.is_file() and expected and file_sha256(target) == expected:
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(target.suffix + ".part")
        try:
            with part.open("wb") as out:
                if mirror is not None:
                    _copy(mirror / data.name / data.file, out)
                else:
                    _download(data, out, timeout_s)
            found = file_sha256(part)
            if expected and found != expected:
                raise DownloadError(
                    f"{data.name}: sha256 is {found}, expected {expected}; if it was published anew, remove {noted}"
                )
            part.replace(target)
            noted.write_text(found + "\n", encoding="ascii")
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise DownloadError(f"{data.name} cannot be kept under {target.parent}: {error.strerror}") from error
    return target


def _copy(source: Path, out: BinaryIO) -> None:
    try:
        stream = source.open("rb")
    except OSError as error:
        raise DownloadError(f"{source} cannot be read: {error.strerror}; is it a mirror with <name>/<file>?") from error
    with stream:
        shutil.copyfileobj(stream, out, _PIECE_BYTES)


def _download(data: DataSet, out: BinaryIO, timeout_s: float) -> None:
    if not data.address:
        raise DownloadError(f"{data.name} has no public address; give a folder that has it with --mirror")
    try:
        with httpx.stream("GET", data.address, follow_redirects=True, timeout=timeout_s) as answer:
            answer.raise_for_status()
            size = 0
            for piece in answer.iter_bytes(_PIECE_BYTES):
                size += len(piece)
                if size > LIMIT_BYTES:
                    raise DownloadError(f"{data.name}: {data.address} sends more than {LIMIT_BYTES:,} bytes")
                out.write(piece)
    except httpx.HTTPError as error:
        raise DownloadError(
            f"{data.name} cannot be fetched from {data.address}: {error}; give a folder that has it with --mirror"
        ) from error


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
