"""A lease with a fencing epoch: one object, written only on condition that nobody else has written it.

No clock is compared between machines. Whoever wants the lease watches the object: when it has not changed
for a whole term by the watcher's own clock, its holder has not renewed it, and the next epoch is written on
condition of the object's tag. A holder counts its term from before it sent the renewal, so it stops earlier
than any watcher may take over.
"""

import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass

import psutil

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import FencedError
from workbench.lake.conditional import ChangedObjectError, MissingObjectError, Objects


@dataclass(frozen=True, slots=True)
class _Seen:
    tag: str | None
    epoch: int
    holder: dict[str, object]
    released: bool


def _me() -> dict[str, object]:
    pid = os.getpid()
    return {"host": socket.gethostname(), "pid": pid, "started": psutil.Process(pid).create_time()}


def _is_dead(holder: dict[str, object]) -> bool:
    """Whether the holder was a process of this machine that is gone: then nobody need wait for its term."""
    if holder.get("host") != socket.gethostname() or not isinstance(holder.get("pid"), int):
        return False
    try:
        return psutil.Process(int(str(holder["pid"]))).create_time() != holder.get("started")
    except psutil.NoSuchProcess:
        return True


class Lease:
    """One lease, as one process holds or wants it.

    Parameters
    ----------
    objects : Objects
    key : str
        Key of the lease's object.
    term_s : float
        Seconds after which a silent holder has lost it. Too short, and a slow store ends it; too long,
        and a frozen holder stops the work for that time.
    clock : callable
        Seconds that go on while the process is stopped.
    """

    def __init__(self, objects: Objects, key: str, *, term_s: float, clock: Monotonic = monotonic_s) -> None:
        self._objects = objects
        self._key = key
        self._term_s = term_s
        self._clock = clock
        self._tag: str | None = None
        self._epoch = 0
        self._renewed_s = float("-inf")
        self._watched: tuple[str | None, float] | None = None

    @property
    def epoch(self) -> int:
        """The held epoch; 0 when the lease is not held."""
        return self._epoch

    def _read(self) -> _Seen:
        try:
            body, tag = self._objects.get(self._key)
        except MissingObjectError:
            return _Seen(None, 0, {}, True)
        found = json.loads(body)
        return _Seen(tag, int(found["epoch"]), found["holder"], bool(found["released"]))

    def _body(self, epoch: int, *, released: bool) -> bytes:
        content = {"epoch": epoch, "holder": _me(), "released": released, "nonce": secrets.token_hex(8)}
        return json.dumps(content).encode()

    def try_acquire(self, *, above: int = 0) -> bool:
        """Take the lease if it is free, its holder is dead, or was silent for a term.

        Parameters
        ----------
        above : int
            The new epoch is greater than this, too.

        Raises
        ------
        StoreUnavailableError
            When the store does not answer.
        """
        now = self._clock()
        seen = self._read()
        if not (seen.released or _is_dead(seen.holder)):
            if self._watched is None or self._watched[0] != seen.tag:
                self._watched = (seen.tag, now)
            if now - self._watched[1] < self._term_s:
                return False
        epoch = max(seen.epoch, above) + 1
        try:
            self._tag = self._objects.put_if(self._key, self._body(epoch, released=False), seen.tag)
        except ChangedObjectError:
            return False
        self._epoch, self._renewed_s, self._watched = epoch, now, None
        return True

    def keep(self) -> None:
        """Renew the lease when a third of its term is over.

        Raises
        ------
        FencedError
            When it is lost: the term is over, or somebody else has taken it.
        StoreUnavailableError
            When the store does not answer; the lease holds until its term is over.
        """
        self.check()
        now = self._clock()
        if now - self._renewed_s < self._term_s / 3:
            return
        try:
            self._tag = self._objects.put_if(self._key, self._body(self._epoch, released=False), self._tag)
        except ChangedObjectError as error:
            epoch, self._epoch = self._epoch, 0
            raise FencedError(f"the lease {self._key} of epoch {epoch} was taken by another process") from error
        self._renewed_s = now

    def check(self) -> None:
        """Make sure that nobody may have taken the lease.

        Raises
        ------
        FencedError
            When the term is over without a renewal.
        """
        if self._epoch == 0 or self._clock() - self._renewed_s >= self._term_s:
            epoch, self._epoch = self._epoch, 0
            raise FencedError(f"the lease {self._key} of epoch {epoch} was not renewed in {self._term_s:g} s")

    def release(self) -> None:
        """Give the lease back, so that the next one need not wait; harmless when it is lost."""
        if self._epoch:
            epoch, self._epoch = self._epoch, 0
            with suppress(ChangedObjectError):  # somebody else has it already
                self._objects.put_if(self._key, self._body(epoch, released=True), self._tag)
