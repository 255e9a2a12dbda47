import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from workbench.errors import BreakerOpenError, StoreRefusedError, StoreUnavailableError
from workbench.resilience.breaker import CLOSED, HALF_OPEN, OPEN, BreakerPolicy, CircuitBreaker, Transition
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings.schema import Breaker as BreakerSettings

POLICY = BreakerPolicy(
    failure_ratio=0.5, window_s=10, min_calls=4, open_s=5, max_open_s=20, jitter=0, probes=2, probe_timeout_s=30
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(policy: BreakerPolicy = POLICY) -> tuple[CircuitBreaker, Clock]:
    clock = Clock()
    return CircuitBreaker("neo4j", policy, excluded=(StoreRefusedError,), clock=clock, chance=lambda: 0.5), clock


def fail() -> None:
    raise StoreUnavailableError("gone")


def fails(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailableError, match="gone"):
            breaker.call(fail)


def test_it_opens_at_the_failure_ratio_and_not_on_fewer_calls_than_the_minimum() -> None:
    breaker, _ = make()
    fails(breaker, 3)
    assert breaker.snapshot().state == CLOSED, "3 of 3 failed, and the minimum is 4"
    fails(breaker)
    assert breaker.snapshot().state == OPEN

    breaker, _ = make()
    for _ in range(4):
        breaker.call(int)
    fails(breaker, 3)
    assert breaker.snapshot().state == CLOSED, "3 of 7 is below one half"
    fails(breaker)
    assert breaker.snapshot().state == OPEN, "4 of 8 is one half"


def test_failures_older_than_the_window_are_forgotten() -> None:
    breaker, clock = make()
    fails(breaker, 3)
    clock.now += 11
    fails(breaker, 3)
    assert breaker.snapshot().state == CLOSED
    assert breaker.snapshot().failures == 3


def test_an_open_breaker_does_not_call_and_says_when_to_come_back() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 2
    with pytest.raises(BreakerOpenError, match=r"neo4j is not called for 3\.0 s more.*gone") as caught:
        breaker.call(pytest.fail)
    assert caught.value.retry_after_s == pytest.approx(3.0)
    assert breaker.snapshot().rejected == 1


def test_reading_the_snapshot_never_changes_the_state() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 100
    assert breaker.snapshot().state == OPEN
    assert breaker.snapshot().retry_after_s == 0


def test_probes_that_succeed_close_it() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 5
    breaker.call(int)
    assert breaker.snapshot().state == HALF_OPEN
    breaker.call(int)
    assert breaker.snapshot().state == CLOSED


def test_a_probe_that_fails_opens_it_for_twice_as_long_up_to_the_maximum() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    for expected in (10, 20, 20):
        clock.now = clock.now + breaker.snapshot().retry_after_s
        fails(breaker)
        assert breaker.snapshot().retry_after_s == pytest.approx(expected)
    clock.now += 20
    breaker.call(int)
    breaker.call(int)
    fails(breaker, 4)
    assert breaker.snapshot().retry_after_s == pytest.approx(5), "having closed, it begins with the first wait again"


def test_no_more_probes_than_allowed_run_at_once() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 5

    def probe() -> None:
        breaker.call(second)

    def second() -> None:
        with pytest.raises(BreakerOpenError):
            breaker.call(int)

    breaker.call(probe)
    assert breaker.snapshot().state == CLOSED


def test_a_probe_that_never_ends_counts_as_failed_and_its_late_result_as_nothing() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 5

    def hang() -> None:
        clock.now += 31
        with pytest.raises(BreakerOpenError):
            breaker.call(int)

    breaker.call(hang)
    assert breaker.snapshot().state == OPEN
    assert breaker.snapshot().opened == 2


def test_a_late_failure_of_an_older_state_does_not_count() -> None:
    breaker, clock = make()

    def slow() -> None:
        fails(breaker, 4)
        clock.now += 5
        breaker.call(int)
        breaker.call(int)
        raise StoreUnavailableError("late")

    with pytest.raises(StoreUnavailableError, match="late"):
        breaker.call(slow)
    assert breaker.snapshot().state == CLOSED
    assert breaker.snapshot().failures == 0


def test_an_answer_that_refuses_the_content_is_a_call_that_went_well() -> None:
    breaker, clock = make()

    def refuse() -> None:
        raise StoreRefusedError("no")

    for _ in range(10):
        with pytest.raises(StoreRefusedError):
            breaker.call(refuse)
    assert breaker.snapshot().successes == 10
    fails(breaker, 10)
    clock.now += 5
    for _ in range(2):
        with pytest.raises(StoreRefusedError):
            breaker.call(refuse)
    assert breaker.snapshot().state == CLOSED


def test_an_interrupted_probe_gives_its_place_back() -> None:
    breaker, clock = make()
    fails(breaker, 4)
    clock.now += 5

    def interrupt() -> None:
        raise KeyboardInterrupt

    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            breaker.call(interrupt)
    breaker.call(int)
    breaker.call(int)
    assert breaker.snapshot().state == CLOSED


def test_a_guarded_block_counts_like_a_call() -> None:
    breaker, _ = make()
    for _ in range(4):
        with pytest.raises(StoreUnavailableError), breaker.guard():
            fail()
    assert breaker.snapshot().state == OPEN
    with pytest.raises(BreakerOpenError), breaker.guard():
        pytest.fail("the block ran")


def test_the_open_time_varies_by_the_jitter_either_way() -> None:
    policy = BreakerPolicy(open_s=10, jitter=0.2, min_calls=1)
    waits = []
    for chance in (0.0, 0.5, 0.75):
        breaker = CircuitBreaker("x", policy, clock=Clock(), chance=lambda chance=chance: chance)
        fails(breaker)
        waits.append(breaker.snapshot().retry_after_s)
    assert waits == pytest.approx([8, 10, 11])


def test_listeners_hear_each_change_without_a_lock_held() -> None:
    breaker, clock = make()
    heard: list[Transition] = []

    def listener(transition: Transition) -> None:
        heard.append(transition)
        breaker.snapshot()  # would wait for ever if the lock were held

    breaker.listen(listener)
    fails(breaker, 4)
    clock.now += 5
    breaker.call(int)
    breaker.call(int)
    assert [(one.old, one.new) for one in heard] == [(CLOSED, OPEN), (OPEN, HALF_OPEN), (HALF_OPEN, CLOSED)]
    assert heard[0].reason == "4 of 4 calls failed within 10 s"


def test_calls_of_threads_do_not_wait_for_each_other() -> None:
    breaker, _ = make()
    together = threading.Barrier(4, timeout=10)
    threads = [threading.Thread(target=breaker.call, args=(together.wait,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert breaker.snapshot().successes == 4


def test_the_registry_gives_one_breaker_per_name_and_tells_listeners_of_later_ones() -> None:
    clock = Clock()
    breakers = CircuitBreakers(BreakerSettings(min_calls=1), clock=clock)
    heard: list[str] = []
    breakers.listen(lambda transition: heard.append(transition.name))
    assert breakers.of("kafka") is breakers.of("kafka")
    fails(breakers.of("neo4j"))
    assert heard == ["neo4j"]
    assert {name: one.state for name, one in breakers.snapshots().items()} == {"kafka": CLOSED, "neo4j": OPEN}


class BreakerMachine(RuleBasedStateMachine):
    """Any interleaving of starts, ends and time, beside a plain account of what may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker, self.clock = make()
        self.running: list[tuple[object, str]] = []
        self.admitted_half_open = 0
        self.last_state = CLOSED

    @rule()
    def start(self) -> None:
        guard = self.breaker.guard()
        before = self.breaker.snapshot()
        try:
            guard.__enter__()
        except BreakerOpenError:
            assert before.state != CLOSED, "a closed breaker lets every call through"
        else:
            after = self.breaker.snapshot()
            assert after.state in (CLOSED, HALF_OPEN), "an open breaker lets nothing through"
            self.running.append((guard, after.state))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), ok=st.booleans())
    def end(self, data: st.DataObject, ok: bool) -> None:
        place = data.draw(st.integers(0, len(self.running) - 1))
        guard, _ = self.running.pop(place)
        error = None if ok else StoreUnavailableError("gone")
        guard.__exit__(None if ok else StoreUnavailableError, error, None)

    @rule(seconds=st.sampled_from([0.5, 3.0, 6.0, 25.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def the_snapshot_makes_sense(self) -> None:
        one = self.breaker.snapshot()
        assert min(one.successes, one.failures, one.retry_after_s, one.since_s) >= 0
        assert one.retry_after_s == 0 or one.state == OPEN
        assert one.retry_after_s <= POLICY.max_open_s


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
