"""Wrong arguments of the stack's commands."""

import pytest
import typer
from typer.testing import CliRunner

from workbench.cli import down, logs, up
from workbench.errors import UsageError


@pytest.fixture
def app() -> typer.Typer:
    found = typer.Typer()
    for verb in (down, logs, up):
        verb.register(found)
    return found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["logs", "redis"], "no server is called 'redis'"),
        (["logs", "kafka", "--since", "soon"], "--since 'soon'"),
        (["logs", "kafka", "--level", "loud"], "no level 'loud'"),
        (["logs", "kafka", "--match", "("], "not a regular expression"),
        (["up", "--only", "kafka,redis"], "no server is called redis"),
        (["up", "--without", "redis"], "no server is called redis"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_two(app: typer.Typer, arguments: list[str], message: str) -> None:
    error = CliRunner().invoke(app, arguments).exception
    assert isinstance(error, UsageError)
    assert message in str(error)
    assert len(str(error).splitlines()) == 1
    assert error.exit_code == 2


def test_nothing_runs_before_it_is_started(app: typer.Typer) -> None:
    done = CliRunner().invoke(app, ["down"])
    assert (done.exit_code, done.output) == (0, "nothing was running\n")
