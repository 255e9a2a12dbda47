"""Where claim-checked payloads live: the object store, or a folder of the installation without the lake."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.resilience.blobs import BlobFolder
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.lake.objects import ObjectStoreClient


class BlobStore(Protocol):
    """Puts and gives payloads by their SHA-256."""

    def upload(self, sha256: str, path: Path) -> None:
        """Put a file's bytes; a repeat changes nothing."""
        ...

    def fetch(self, sha256: str) -> bytes:
        """The bytes, verified."""
        ...


class FolderBlobs:
    """Payloads in a folder.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = BlobFolder(folder)

    def upload(self, sha256: str, path: Path) -> None:
        """Copy a file's bytes."""
        self._folder.put(path.read_bytes(), sha256=sha256)

    def fetch(self, sha256: str) -> bytes:
        """The bytes, verified."""
        return self._folder.get(sha256)


class ObjectStoreBlobs:
    """Payloads in the object store; connects, and imports its driver, on the first one.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: ObjectStoreClient | None = None

    def upload(self, sha256: str, path: Path) -> None:
        """Put a file's bytes; see `ObjectStoreClient.put_blob`."""
        self._connected().put_blob(sha256, path)

    def fetch(self, sha256: str) -> bytes:
        """The bytes, verified; see `ObjectStoreClient.get_blob`."""
        return self._connected().get_blob(sha256)

    def _connected(self) -> "ObjectStoreClient":
        from workbench.lake.objects import ObjectStoreClient

        with self._lock:
            if self._client is None:
                self._client = ObjectStoreClient(self._settings.object_store)
            return self._client


def open_blobs(settings: Settings) -> BlobStore:
    """The blob store of these settings."""
    if not settings.components.data_lake:
        return FolderBlobs(settings.home / "blobs")
    return ObjectStoreBlobs(settings)
