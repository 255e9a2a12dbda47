"""Every error that a caller may meet, as one tree.

::

    WorkbenchError                    exit code 1
    ├── SettingsError                 2   unknown name, unparsable value, refused in production
    ├── UsageError                    2   a command or notebook was called with something it cannot take
    │   └── NotFoundError             2   there is nothing with that id
    ├── QueryFileError                2   a query file is missing, or its header and text disagree
    ├── EventError                    3   bytes that are not an event of a known type and version
    │   └── FutureVersionError        3   a newer schema version than this program reads
    ├── SourceError                   3   an input file that cannot be read at all
    ├── StackError                    4   a local server could not be fetched, started or stopped
    │   ├── DownloadError             4   a jar is missing or does not match its checksum
    │   └── PortTakenError            4   somebody else listens on a port that was kept
    ├── StoreError                    5   a store did not do what was asked
    │   ├── StoreUnavailableError     5   gone, slow, or still starting: worth another try later
    │   │   └── BreakerOpenError      5   not tried: the circuit breaker is open
    │   ├── StoreRefusedError         5   the store refuses this content, whenever it is tried
    │   ├── SinkBackpressureError     5   the store asks for a pause of ``retry_after_s``
    │   ├── ConflictError             5   somebody else was quicker: look again, then try again
    │   ├── SegmentStateError         5   a segment is not where a move of its texts begins
    │   └── FencedError               5   another worker owns this topic partition now
    ├── ProviderError                 6   an LLM provider failed; becomes a failed call
    ├── ReconciliationError           7   events are missing, or there are more than were produced
    └── CheckFailedError              8   a notebook's or an exercise's claim does not hold

A message says what happened, with which value, and what to do next. A driver's own
exception is caught only in the package that owns the driver and re-raised ``from`` it.
"""


class WorkbenchError(Exception):
    """Root of every error that this package raises on purpose."""

    exit_code = 1


class SettingsError(WorkbenchError):
    """A setting has an unknown name, a value that does not parse, or one that the profile refuses."""

    exit_code = 2


class UsageError(WorkbenchError):
    """A command, notebook or function was given something that it cannot take."""

    exit_code = 2


class NotFoundError(UsageError):
    """There is nothing with the id that was given."""


class QueryFileError(WorkbenchError):
    """A query file is missing, has no valid header, or declares other parameters than it uses."""

    exit_code = 2


class EventError(WorkbenchError):
    """Bytes that are not an event of a known type."""

    exit_code = 3


class FutureVersionError(EventError):
    """An event's schema version is newer than this program reads."""


class SourceError(WorkbenchError):
    """An input file cannot be read at all (a bad row is counted, never raised)."""

    exit_code = 3


class StackError(WorkbenchError):
    """A local server could not be fetched, started, reached or stopped."""

    exit_code = 4


class DownloadError(StackError):
    """A file could not be downloaded, or its bytes do not match the lock list."""


class PortTakenError(StackError):
    """A port that this installation keeps for a server is in use by another program."""


class StoreError(WorkbenchError):
    """A store did not do what was asked of it."""

    exit_code = 5


class StoreUnavailableError(StoreError):
    """The store is gone, slow or still starting; the same call may succeed later."""


class BreakerOpenError(StoreUnavailableError):
    """The call was not made because the circuit breaker in front of the store is open.

    Parameters
    ----------
    message : str
    retry_after_s : float
        Seconds until the breaker lets a probe through.
    """

    def __init__(self, message: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreRefusedError(StoreError):
    """The store refuses this content and will refuse it again; it belongs in the dead letters."""


class SinkBackpressureError(StoreError):
    """The store asks for a pause.

    Parameters
    ----------
    message : str
    retry_after_s : float
        Seconds to wait before the same batch is tried again.
    """

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ConflictError(StoreError):
    """What the caller wants to add to or replace is not what it was when the caller last looked.

    Parameters
    ----------
    message : str
    current : int
        The sequence or version that is stored now: what to expect with the next try.
    """

    def __init__(self, message: str, *, current: int) -> None:
        super().__init__(message)
        self.current = current


class SegmentStateError(StoreError):
    """A segment cannot be compressed, archived or recalled: it is in another state, or changed meanwhile."""


class FencedError(StoreError):
    """The store's offset or epoch is not the expected one: another worker owns the topic partition."""


class ProviderError(WorkbenchError):
    """An LLM provider failed or refused; recorded as a call with that status.

    Parameters
    ----------
    message : str
    status : {"error", "refused", "timeout"}
    http_status : int or None
        The provider's own HTTP status, when it answered.
    error_code : str or None
        The provider's own error code, when it gave one.
    """

    exit_code = 6

    def __init__(
        self, message: str, *, status: str = "error", http_status: int | None = None, error_code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.http_status = http_status
        self.error_code = error_code


class ReconciliationError(WorkbenchError):
    """Produced events are neither stored, pending, dead-lettered nor removed with a receipt."""

    exit_code = 7


class CheckFailedError(WorkbenchError):
    """A claim that a notebook or an exercise makes does not hold."""

    exit_code = 8
