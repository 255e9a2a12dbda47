"""The reference of all commands as Markdown; ``docs/commands.md`` carries it, a test looks for every command.

Run as ``python -m workbench.cli.reference docs/commands.md``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from workbench.cli import _register_verbs, app

_HEAD = """# Commands

Made from the program's own help: `python -m workbench.cli.reference docs/commands.md`.

Options before the command: `--home FOLDER` (also `WORKBENCH_HOME`) and `--debug` (a traceback instead of one line).
Where a command has `--json`, its output is for a machine. Bars and colours are off without a terminal.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | something else failed, such as a notebook |
| 2 | a setting, an option or a query file is wrong |
| 3 | an input or an event cannot be read |
| 4 | a local server could not be fetched, started or stopped |
| 5 | a store is gone or refuses |
| 6 | an LLM provider failed |
| 7 | events do not add up |
| 8 | a claim of a notebook or an exercise does not hold |
"""


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for word in sorted(children):
        yield from _commands(children[word], f"{name} {word}")


def _section(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    yield f"## `{name}`\n"
    yield " ".join((command.help or "").split()) + "\n"
    if arguments or options:
        yield "| option | meaning |\n| --- | --- |"
        for one in arguments:
            yield f"| `{(one.metavar or one.name).upper()}` | {_cell(getattr(one, 'help', ''))} |"
        for one in options:
            yield f"| `{', '.join([*one.opts, *one.secondary_opts])}` | {_cell(one.help)} |"
        yield ""


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def reference() -> str:
    """Markdown: one section for every command, with its arguments and options."""
    if not app.registered_commands and not app.registered_groups:
        _register_verbs(app)
    parts = [_HEAD]
    for name, command in _commands(typer.main.get_command(app), "workbench"):
        parts += _section(name, command)
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
