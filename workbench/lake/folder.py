"""Objects as files of one folder: whole files by rename, conditions under a lock file."""

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

from workbench.errors import StoreUnavailableError
from workbench.lake.conditional import ChangedObjectError, MissingObjectError


class FolderObjects:
    """The same in a folder: whole files by rename, conditions under a lock file."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _path(self, key: str) -> Path:
        return self._root / key

    def get(self, key: str) -> tuple[bytes, str]:
        """Bytes and version tag of an object."""
        try:
            body = self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise MissingObjectError(f"there is no file {self._path(key)}") from error
        except OSError as error:
            raise StoreUnavailableError(f"{self._path(key)} cannot be read: {error}") from error
        return body, hashlib.sha256(body).hexdigest()

    def put(self, key: str, body: bytes) -> None:
        """Write an object, whole or not at all."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
                part.write(body)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(path)
        except OSError as error:
            raise StoreUnavailableError(f"{path} cannot be written: {error}") from error

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Write only if the object still has that tag (None: only if there is none); the new tag."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.with_name(f".{path.name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                current = self.get(key)[1] if path.exists() else None
                if current != tag:
                    raise ChangedObjectError(f"{path} was written by somebody else")
                self.put(key, body)
        except OSError as error:
            raise StoreUnavailableError(f"{path} cannot be written: {error}") from error
        return hashlib.sha256(body).hexdigest()

    def exists(self, key: str) -> bool:
        """Whether there is an object of that key."""
        return self._path(key).exists()

    def ping(self) -> str:
        """One cheap round trip; what answered."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            next(self._root.iterdir(), None)
        except OSError as error:
            raise StoreUnavailableError(f"the lake's folder {self._root} cannot be used: {error}") from error
        return f"folder {self._root}"

    def close(self) -> None:
        """Nothing is held open."""
