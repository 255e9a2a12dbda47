"""Raw requests and responses out of the lake, byte for byte and verified."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import StoreError
from workbench.lake.scan import LakeScan
from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class RawPayload:
    """What was sent and answered in one call, as recorded after redaction.

    Parameters
    ----------
    event_id, call_id, provider, model : str
    started_at : datetime
    request, response : bytes or None
        None when the call recorded none.
    """

    event_id: str
    call_id: str
    provider: str
    model: str
    started_at: datetime
    request: bytes | None
    response: bytes | None


def _verified(body: bytes | None, sha256: str | None, what: str) -> bytes | None:
    if body is not None and (found := hashlib.sha256(body).hexdigest()) != sha256:
        raise StoreError(f"{what} is damaged: recorded under {sha256}, its bytes have {found}")
    return body


def raw_payloads(settings: Settings, call_id: str) -> list[RawPayload]:
    """The raw payloads of a call, one per event that tells of it (as a rule one).

    Raises
    ------
    StoreError
        When stored bytes do not have the hash they were recorded under.
    StoreUnavailableError
        When the store does not answer.
    """
    with LakeScan(settings) as scan:
        found = scan.frame("raw_payload", call_id=call_id)
    return [
        RawPayload(
            event_id=row["event_id"],
            call_id=call_id,
            provider=row["provider"],
            model=row["model"],
            started_at=row["started_at"],
            request=_verified(row["request"], row["request_sha256"], f"the request of call {call_id}"),
            response=_verified(row["response"], row["response_sha256"], f"the response of call {call_id}"),
        )
        for row in found.iter_rows(named=True)
    ]
