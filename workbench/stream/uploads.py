"""Claim-checked payloads on their way out: each is uploaded before its event is sent."""

from collections.abc import Callable
from pathlib import Path

from workbench.errors import StoreError, StoreUnavailableError
from workbench.resilience.blobs import BlobFolder
from workbench.resilience.outbox import Pending

UploadBlob = Callable[[str, Path], object]
"""Puts a claim-checked payload (SHA-256, file) where consumers find it; raises StoreUnavailableError."""


class Uploads:
    """Uploads payloads, and holds back the keys of those that cannot be uploaded now.

    Parameters
    ----------
    blobs : BlobFolder
    upload_blob : callable or None
        Without it, events with claim-checked payloads wait.
    """

    def __init__(self, blobs: BlobFolder, upload_blob: UploadBlob | None) -> None:
        self._blobs = blobs
        self._upload_blob = upload_blob
        self._held: set[tuple[str, str]] = set()
        self._failure: StoreError | None = None

    def ready(self, pending: Pending) -> bool:
        """Whether the event may be sent; a later one of the same key never overtakes one that waits."""
        key = (pending.topic, pending.key)
        if key not in self._held and (pending.blob is None or self._uploaded(pending.blob)):
            return True
        self._held.add(key)
        return False

    def _uploaded(self, sha256: str) -> bool:
        try:
            if self._upload_blob is None:
                raise StoreUnavailableError("this process has no object store to upload to")
            self._upload_blob(sha256, self._blobs.path(sha256))
        except StoreError as error:  # whatever it is, it concerns this payload only
            self._failure = error
            return False
        return True

    def forget(self) -> None:
        """Nothing is held back any more."""
        self._held.clear()
        self._failure = None

    def start_over(self) -> None:
        """Nothing is held back any more; what was is tried again.

        Raises
        ------
        StoreUnavailableError
            When an upload failed since the last time.
        """
        failure = self._failure
        self.forget()
        if failure is not None:
            raise StoreUnavailableError(f"payloads cannot be uploaded, their events wait: {failure}") from failure
