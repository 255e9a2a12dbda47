"""Calls written to a real lake, as the lake worker writes them."""

from collections.abc import Sequence

from tests.unit.lake.recorded import batch, delivery
from workbench.events.envelope import Event
from workbench.events.topics import LLM_RESPONSES
from workbench.pipelines.lake_ingest import LakeSink
from workbench.settings import Settings
from workbench.stream.sink import TopicPartition

CALLS = TopicPartition(LLM_RESPONSES, 0)


def write_calls(settings: Settings, *groups: Sequence[Event]) -> None:
    """Each group of events is one batch, after what is there."""
    sink = LakeSink(settings)
    at = sink.claim({CALLS: "k"})[CALLS].next_offset
    for events in groups:
        sink.write(batch([delivery(one, at + n) for n, one in enumerate(events)], at))
        at += len(events)
