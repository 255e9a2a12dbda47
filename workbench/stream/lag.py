"""How far a sink is behind Kafka, from end offsets and its own stored offsets (pure)."""

from collections.abc import Mapping

from workbench.stream.sink import TopicPartition


def lag_by_partition(
    end_offsets: Mapping[TopicPartition, int], stored: Mapping[tuple[str, int], int]
) -> dict[TopicPartition, int]:
    """Topic partition -> records that the sink does not have yet.

    Parameters
    ----------
    end_offsets : mapping
        Offset that the next record will get, for the topics that the sink reads.
    stored : mapping
        First offset that the sink does not have; a missing topic partition counts from 0. One that is
        beyond the end belongs to a topic that was created anew since: everything there is still to come.

    Examples
    --------
    >>> a, b = TopicPartition("t", 0), TopicPartition("t", 1)
    >>> list(lag_by_partition({a: 10, b: 4}, {("t", 0): 7}).values())
    [3, 4]
    """
    return {
        place: end - (at if (at := stored.get((place.topic, place.partition), 0)) <= end else 0)
        for place, end in end_offsets.items()
    }


def total_lag(end_offsets: Mapping[TopicPartition, int], stored: Mapping[tuple[str, int], int]) -> int:
    """Records that the sink does not have yet, over all topic partitions."""
    return sum(lag_by_partition(end_offsets, stored).values())
