"""Stream recorded conversations as a course's own: real events, to have something to watch."""

from collections.abc import Iterator
from itertools import cycle, islice
from uuid import uuid4

from workbench.clock import utc_now
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.pipelines.publish import open_publisher
from workbench.providers.recordings import Recording, recordings
from workbench.settings import Settings

TENANT = "course"
"""Apart from what was recorded for real; it is accounted for like everything else."""

_CHUNK = 200
"""Events of one append: few commits of the outbox, and the stream begins at once."""


def stream_recordings(settings: Settings, count: int) -> int:
    """Publish the messages of so many recorded conversations, each time as new ones; gives how many messages.

    Raises
    ------
    StoreUnavailableError
        When Kafka does not take them in time.
    """
    run_id = uuid4().hex[:8]
    events = [
        event
        for number, recording in enumerate(islice(cycle(recordings("technical")), count))
        for event in _events(recording, f"{run_id}-{number}")
    ]
    with open_publisher(settings) as publisher:
        for at in range(0, len(events), _CHUNK):
            publisher.publish(events[at : at + _CHUNK])
        publisher.flush()
    return len(events)


def _events(recording: Recording, name: str) -> Iterator[Event]:
    for number, turn in enumerate(recording.turns):
        yield make_event(
            "message.added",
            Message(role=turn.role, text=turn.text, source="course"),
            event_id=event_id_of("course", name.encode(), number),
            occurred_at=utc_now(),
            conversation_id=name,
            session_id=name,
            user_id=recording.user_id,
            tenant_id=TENANT,
            source_sequence=number + 1,
        )
