"""Keys, bytes and one conditional write: what the lake needs of a place to keep objects."""

from typing import Protocol

from workbench.errors import StoreError


class MissingObjectError(StoreError):
    """There is no object of that key."""


class ChangedObjectError(StoreError):
    """A conditional write found another object than the expected one."""


class Objects(Protocol):
    """Keys and bytes, with one conditional write."""

    def get(self, key: str) -> tuple[bytes, str]:
        """Bytes and version tag of an object."""
        ...

    def put(self, key: str, body: bytes) -> None:
        """Write an object, whole or not at all."""
        ...

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Write only if the object still has that tag (None: only if there is none); the new tag."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object of that key."""
        ...

    def ping(self) -> str:
        """One cheap round trip; what answered."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
