"""Payloads too large for a Kafka record, kept as files until they are uploaded."""

import hashlib
import os
from pathlib import Path

from workbench.errors import StoreError, StoreUnavailableError


class BlobFolder:
    """Files named by the SHA-256 of their content, written whole or not at all.

    Parameters
    ----------
    folder : Path
        Made on the first `put`, readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a blob is, or would be."""
        return self.folder / sha256

    def put(self, content: bytes, *, sha256: str | None = None) -> str:
        """Keep content durably; what is there already stays.

        Returns
        -------
        str
            SHA-256 of the content, hexadecimal.

        Raises
        ------
        StoreUnavailableError
            When the disk is full or the folder cannot be written; nothing half-written remains.
        """
        digest = sha256 or hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        if target.is_file():
            return digest
        part = target.with_name(f"{digest}.{os.getpid()}-{os.urandom(4).hex()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailableError(
                f"a payload of {len(content)} bytes cannot be kept in {self.folder}: {error.strerror};"
                " free some space and send again"
            ) from error
        return digest

    def get(self, sha256: str) -> bytes:
        """A blob's bytes, checked.

        Raises
        ------
        StoreError
            When it is not here, or its bytes do not match its name.
        """
        try:
            content = self.path(sha256).read_bytes()
        except OSError as error:
            raise StoreError(f"blob {sha256} is not in {self.folder}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(f"blob {sha256} in {self.folder} is damaged; restore it or import its source again")
        return content

    def drop(self, sha256: str) -> None:
        """Remove a blob that nobody refers to any more."""
        self.path(sha256).unlink(missing_ok=True)
