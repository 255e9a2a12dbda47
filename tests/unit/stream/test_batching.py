from tests.unit.stream.records import PLACES, entry
from workbench.stream.assignment import Assignment
from workbench.stream.batching import BatchLimits, Buffer
from workbench.stream.lag import lag_by_partition, total_lag
from workbench.stream.sink import Claim, Positions, TopicPartition

LIMITS = BatchLimits(events=4, age_s=1.0, size_bytes=10_000)


def filled(count: int, *, now: float = 0.0) -> Buffer:
    buffer = Buffer(LIMITS)
    buffer.add((entry(n) for n in range(count)), now=now)
    return buffer


def offsets(buffer: Buffer) -> list[int]:
    return [one.offset for one in buffer.head()]


def test_a_batch_is_due_by_count_by_age_or_by_size() -> None:
    assert not filled(3).due(0.9)
    assert filled(3).due(1.0)
    assert filled(4).due(0.0)
    large = Buffer(LIMITS)
    large.add([entry(1, "x" * 10_000)], now=0.0)
    assert large.due(0.0)
    assert not Buffer(LIMITS).due(1e9), "an empty buffer is never due"


def test_the_wait_is_the_rest_of_the_age() -> None:
    assert filled(1, now=5.0).wait_s(5.25) == 0.75
    assert Buffer(LIMITS).wait_s(5.0) == 1.0


def test_one_write_gets_no_more_than_the_limits_and_never_nothing() -> None:
    assert offsets(filled(9)) == [0, 1, 2, 3]
    buffer = Buffer(LIMITS)
    buffer.add([entry(0, "x" * 20_000), entry(1)], now=0.0)
    assert offsets(buffer) == [0], "larger than the limit, and alone"


def test_a_refused_share_is_halved_down_to_one_and_doubles_again() -> None:
    buffer = filled(9)
    shares = []
    for _ in range(3):
        buffer.halve(len(buffer.head()))
        shares.append(len(buffer.head()))
    assert shares == [2, 1, 1]
    buffer.written(1)
    assert offsets(buffer) == [1, 2]
    buffer.written(2)
    assert offsets(buffer) == [3, 4, 5, 6]


def test_what_is_left_after_a_write_is_due_at_once() -> None:
    buffer = filled(6)
    buffer.written(4)
    assert buffer.due(1.0)
    buffer.written(2)
    assert not buffer.due(1e9)


def test_positions_move_each_topic_partition_from_where_the_store_stands_to_behind_its_last_record() -> None:
    a, b = PLACES[:2]
    assignment = Assignment()
    assignment.assign(PLACES)
    assignment.claim({a: Claim(3, 7, "topic-a"), b: Claim(0, 2, "topic-a")})
    entries = [entry(3, place=a), entry(0, place=b), entry(9, place=a)]
    positions = assignment.positions(entries)
    assert positions == {a: Positions(3, 10, 7), b: Positions(0, 1, 2)}
    assignment.moved(positions)
    assert assignment.positions([entry(12, place=a)]) == {a: Positions(10, 13, 7)}
    assert assignment.unclaimed == {PLACES[2]}


def test_a_new_assignment_voids_every_claim() -> None:
    assignment = Assignment()
    assignment.assign(PLACES)
    assignment.claim({place: Claim(5, 1, "topic-a") for place in PLACES})
    assignment.assign(PLACES[:1])
    assert (assignment.claimed, assignment.unclaimed) == (frozenset(), {PLACES[0]})


def test_records_read_a_second_time_are_left_out() -> None:
    assignment = Assignment()
    assignment.assign(PLACES)
    assignment.claim({PLACES[0]: Claim(5, 1, "topic-a")})
    assert assignment.read(PLACES[0], 20) == 5
    assert assignment.read(PLACES[0], 12) == 20
    assert assignment.read(PLACES[0], 30) == 20


def test_lag_counts_from_zero_where_nothing_is_stored_or_the_topic_is_another_one() -> None:
    ends = {TopicPartition("t", 0): 10, TopicPartition("t", 1): 4, TopicPartition("t", 2): 6}
    stored = {("t", 0): 10, ("t", 2): 100}
    assert lag_by_partition(ends, stored) == {("t", 0): 0, ("t", 1): 4, ("t", 2): 6}
    assert total_lag(ends, stored) == 10
