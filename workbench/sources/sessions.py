"""Sessions for logs that have none: a user's rows belong together until 30 minutes pass without one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SESSION_GAP = timedelta(minutes=30)


@dataclass(slots=True)
class SessionNumbering:
    """Session ids by user, in the order in which the rows come.

    A row that is older than the session's last one still belongs to it: logs are written nearly in order.

    Examples
    --------
    >>> numbering = SessionNumbering("aider")
    >>> start = datetime.fromisoformat("2026-01-31T12:00:00+00:00")
    >>> [numbering.session_id("ann", start + timedelta(minutes=m)) for m in (0, 29, 60)]
    ['aider:ann:20260131T120000', 'aider:ann:20260131T120000', 'aider:ann:20260131T130000']
    """

    source: str
    _open: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def session_id(self, user_id: str, at: datetime) -> str:
        """The session that a row of that user at that time belongs to."""
        current = self._open.get(user_id)
        if current is None or at - current[1] > SESSION_GAP:
            current = (f"{self.source}:{user_id}:{at:%Y%m%dT%H%M%S}", at)
        self._open[user_id] = (current[0], max(current[1], at))
        return current[0]
