"""One at a time among the processes of this machine: a lock that a killed process cannot keep."""

import fcntl
import os
from pathlib import Path


class Turn:
    """A file lock; given back when its process ends, however it ends.

    Parameters
    ----------
    path : Path
        Lock file; stays where it is, empty.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object has the turn."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Take the turn if nobody has it; true when it is ours."""
        if self._descriptor is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def give(self) -> None:
        """Give the turn back; nothing happens when it is not ours."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
