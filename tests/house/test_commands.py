"""Each command has a heading in docs/commands.md, and help of its own."""

import click
import pytest
import typer

from tests.house.conftest import ROOT
from workbench.cli import _register_verbs


def commands() -> dict[str, click.Command]:
    """Every command by its full name."""
    app = typer.Typer(name="workbench")
    _register_verbs(app)
    # With a single verb typer would make that verb the program.
    app.callback()(lambda: None)

    def walk(command: click.Command, name: str) -> dict[str, click.Command]:
        children = getattr(command, "commands", None)
        if children is None:
            return {name: command}
        found: dict[str, click.Command] = {}
        for word, child in children.items():
            found |= walk(child, f"{name} {word}")
        return found

    return walk(typer.main.get_command(app), "workbench")


@pytest.mark.parametrize("name", commands())
def test_each_command_has_a_heading_in_the_docs(name: str) -> None:
    lines = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("#") and f"`{name}`" in line for line in lines), (
        "run: python -m workbench.cli.reference docs/commands.md"
    )


@pytest.mark.parametrize("name", commands())
def test_each_command_and_option_says_what_it_is(name: str) -> None:
    command = commands()[name]
    assert command.help
    silent = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
    assert silent == []
