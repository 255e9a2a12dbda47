import os
import signal
import subprocess
import sys
from pathlib import Path

from workbench.resilience.backoff import Backoff
from workbench.resilience.turn import Turn


def test_waits_double_up_to_the_most_and_are_shortened_by_at_most_half() -> None:
    chances = iter([0.0, 0.5, 1.0, 0.0])
    backoff = Backoff(first_s=1.0, most_s=3.0, chance=lambda: next(chances))
    assert [backoff.wait_s() for _ in range(4)] == [1.0, 1.5, 1.5, 3.0]


def test_a_thousand_tries_do_not_overflow() -> None:
    backoff = Backoff(first_s=1.0, most_s=3.0)
    assert all(0 < backoff.wait_s() <= 3.0 for _ in range(1100))


def test_only_one_has_the_turn_until_it_is_given_back(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "turn"), Turn(tmp_path / "turn")
    assert first.take()
    assert first.take()
    assert not second.take()
    first.give()
    assert second.take()
    second.give()


def test_a_killed_process_gives_its_turn_back(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from workbench.resilience.turn import Turn;"
        "turn = Turn(Path(sys.argv[1])); assert turn.take(); print('taken', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "turn")], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"taken\n"
        mine = Turn(tmp_path / "turn")
        assert not mine.take()
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
    assert mine.take()
    mine.give()
