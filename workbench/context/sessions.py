"""Which session (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Whose session, and which."""

    tenant_id: str
    user_id: str
    session_id: str

    def parameters(self) -> dict[str, object]:
        """For a query."""
        return {"tenant_id": self.tenant_id, "user_id": self.user_id, "session_id": self.session_id}
