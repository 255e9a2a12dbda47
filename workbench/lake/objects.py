"""Blobs in the object store or in a folder, verified by their SHA-256."""

import hashlib
from pathlib import Path
from types import TracebackType

from workbench.errors import StoreError
from workbench.lake.bucket import BucketObjects
from workbench.lake.conditional import Objects
from workbench.lake.folder import FolderObjects
from workbench.lake.layout import blob_key
from workbench.lake.storage import folder_of, is_folder
from workbench.settings.schema import ObjectStore, Settings


def open_objects(store: ObjectStore, *, timeout_s: float | None = None) -> Objects:
    """The lake's objects, wherever it lies."""
    if is_folder(store):
        return FolderObjects(folder_of(store))
    return BucketObjects(store, timeout_s=timeout_s)


class ObjectStoreClient:
    """Claim-checked payloads by their hash.

    Parameters
    ----------
    store : ObjectStore
        The settings' section of that name.

    Raises
    ------
    StoreUnavailableError
        From every method, when the store does not answer in time.
    StoreError
        From every method, when it refuses.
    """

    def __init__(self, store: ObjectStore, *, timeout_s: float | None = None) -> None:
        self._objects = open_objects(store, timeout_s=timeout_s)

    def put_blob(self, sha256: str, body: bytes | Path) -> None:
        """Store a blob under its hash; a repeat changes nothing.

        Raises
        ------
        StoreError
            When the bytes do not have that hash.
        """
        data = body.read_bytes() if isinstance(body, Path) else body
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError(f"blob {sha256} was given {len(data)} bytes of another hash; nothing was stored")
        if not self._objects.exists(blob_key(sha256)):
            self._objects.put(blob_key(sha256), data)

    def get_blob(self, sha256: str) -> bytes:
        """The blob's bytes, verified.

        Raises
        ------
        MissingObjectError
            When there is none of that hash.
        StoreError
            When the stored bytes have another hash.
        """
        data, _ = self._objects.get(blob_key(sha256))
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise StoreError(f"blob {sha256} is damaged: its bytes have hash {found}; restore it from a backup")
        return data

    def ping(self) -> str:
        """One cheap round trip; what answered."""
        return self._objects.ping()

    def close(self) -> None:
        """Give back connections."""
        self._objects.close()

    def __enter__(self) -> "ObjectStoreClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def ping(settings: Settings) -> str:
    """One cheap round trip to the object store within three seconds; the server's name.

    Raises
    ------
    StoreUnavailableError
        When it does not answer.
    StoreError
        When it refuses the keys.
    """
    with ObjectStoreClient(settings.object_store, timeout_s=min(settings.object_store.timeout_s, 3.0)) as client:
        return client.ping()
