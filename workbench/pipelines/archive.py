"""Segments whose texts go to the lake and come back: PostgreSQL and the lake meet here.

A text leaves PostgreSQL only after the same event was found in the lake's table ``events`` and gave the same text, byte
for byte. What stays of an archived message is everything but the text: event id, place, times, tokens, hashes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workbench.database.lifecycle import (
    SegmentKey,
    SegmentText,
    lock_for,
    lock_for_recall,
    put_back,
    segment_texts,
    take_out,
    text_digest,
)
from workbench.database.pool import ConnectionPool
from workbench.database.rows import StoredMessage, payload_sha256, stored_message
from workbench.database.turn_terms import keep_segment_terms
from workbench.errors import ReconciliationError
from workbench.events.codec import decode_event, decode_payload
from workbench.events.payloads import Message
from workbench.lake.objects import ObjectStoreClient
from workbench.lake.scan import LakeScan
from workbench.settings import Settings

FETCH_EVENTS = 1_000
"""Envelopes that are asked for at a time: of chat a megabyte or two."""

DAY_MARGIN = timedelta(days=1)
"""Around the days of ingestion that are looked at: the lake's partitions are days in UTC."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What one segment's way out or back was.

    Parameters
    ----------
    key : SegmentKey
    messages : int
        Texts that were taken out or put back.
    text_bytes : int
        Of these texts.
    """

    key: SegmentKey
    messages: int
    text_bytes: int


class LakeTexts:
    """Reads messages back from the lake; a context manager.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._scan = LakeScan(settings)
        self._blobs = ObjectStoreClient(settings.object_store)

    def stored(self, wanted: Sequence[SegmentText]) -> Iterator[tuple[SegmentText, StoredMessage]]:
        """Each wanted message that the lake has with the same payload, as PostgreSQL would store it now.

        Raises
        ------
        StoreUnavailableError
            When the object store does not answer.
        """
        by_id = {one.event_id: one for one in wanted}
        ids = list(by_id)
        for at in range(0, len(ids), FETCH_EVENTS):
            part = ids[at : at + FETCH_EVENTS]
            days = [_day(by_id[one]) for one in part]
            found = self._scan.frame(
                "envelopes_of",
                event_ids=part,
                first_date=(min(days) - DAY_MARGIN).date(),
                last_date=(max(days) + DAY_MARGIN).date(),
            )
            for event_id, envelope in found.iter_rows():
                event = decode_event(envelope)
                if payload_sha256(event) != by_id[event_id].payload_sha256:
                    continue
                ref = event.payload_ref
                payload = decode_payload(event, None if ref is None else self._blobs.get_blob(ref.sha256))
                if isinstance(payload, Message):
                    yield by_id[event_id], stored_message(payload)

    def close(self) -> None:
        """Give back the connection."""
        self._scan.close()

    def __enter__(self) -> "LakeTexts":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _day(message: SegmentText) -> datetime:
    return (message.ingested_at or message.occurred_at).astimezone(UTC)


def archive_segment(pool: ConnectionPool, lake: LakeTexts, key: SegmentKey) -> Moved:
    """Move the texts of a segment to the lake alone.

    Raises
    ------
    NotFoundError
        When there is no such segment.
    SegmentStateError
        When it is not closed, or changed meanwhile: try again.
    ReconciliationError
        When the lake does not have some message, or has another text; nothing was changed.
    StoreUnavailableError
        When PostgreSQL or the object store does not answer.
    """
    with pool.connection("read a segment") as connection, connection.transaction():
        lock_for(connection, key, "archived")
        hot = [one for one in segment_texts(connection, key) if one.text is not None]
    verified = {
        wanted.event_id: text_digest(found.text)
        for wanted, found in lake.stored(hot)
        if found.text == wanted.text and found.nul_offsets == wanted.nul_offsets
    }
    if missing := [one.event_id for one in hot if one.event_id not in verified]:
        raise ReconciliationError(
            f"the lake does not have {len(missing)} messages of segment {key.segment} of {key.conversation_id} as they"
            f" are here, the first is {missing[0]}; let worker lake catch up (workbench reconcile), then try again"
        )
    with pool.connection("archive a segment") as connection, connection.transaction():
        keep_segment_terms(connection, key.tenant_id, conversation_id=key.conversation_id, segment=key.segment)
        count = take_out(connection, key, verified)
    return Moved(key, count, sum(len((one.text or "").encode()) for one in hot))


def recall_segment(pool: ConnectionPool, lake: LakeTexts, key: SegmentKey) -> Moved:
    """Bring the texts of an archived segment back, byte for byte.

    Raises
    ------
    NotFoundError
        When there is no such segment.
    SegmentStateError
        When it is not archived, or the lake no longer has a text as it was; nothing was changed.
    StoreUnavailableError
        When PostgreSQL or the object store does not answer.
    """
    with pool.connection("read a segment") as connection, connection.transaction():
        lock_for_recall(connection, key)
        archived = [one for one in segment_texts(connection, key) if one.archived_sha256 is not None]
    texts = {wanted.event_id: found.text for wanted, found in lake.stored(archived)}
    with pool.connection("recall a segment") as connection, connection.transaction():
        count = put_back(connection, key, texts)
    return Moved(key, count, sum(len(text.encode()) for text in texts.values()))
