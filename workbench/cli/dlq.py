"""``workbench dlq list|show|replay``: what could not be taken, and letting it flow again."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.resilience.outbox import KeptLetter

app = typer.Typer(help="Dead letters: what could not be taken, why, and letting it flow again.", no_args_is_help=True)

_ID_DIGITS = 12
_AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a letter.")]


@app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    as_json: _AsJson = False,
) -> None:
    """List dead letters, oldest first."""
    import json

    from rich.console import Console
    from rich.table import Table

    from workbench.resilience.outbox import Outbox
    from workbench.settings import load_settings

    outbox = Outbox(load_settings().outbox_path)
    try:
        letters = list(outbox.dead_letters(status=None if everything else "unresolved"))
    finally:
        outbox.close()
    if as_json:
        for letter in letters:
            print(json.dumps(_fields(letter)))
        return
    if not letters:
        print("no dead letters" if everything else "no unresolved dead letters")
        return
    table = Table("id", "hop", "status", "type", "where", "reason")
    for letter in letters:
        table.add_row(
            letter.dead_letter_id[:_ID_DIGITS],
            letter.hop,
            letter.status,
            letter.event_type or "?",
            _where(letter),
            letter.reason.splitlines()[0][:100] if letter.reason else "",
        )
    Console().print(table)


@app.command("show")
def show_letter(
    dead_letter_id: Annotated[str, typer.Argument(help="Its id, or the first digits.")], as_json: _AsJson = False
) -> None:
    """Show one dead letter with its original bytes."""
    import base64
    import json

    from workbench.resilience.outbox import Outbox
    from workbench.settings import load_settings

    outbox = Outbox(load_settings().outbox_path)
    try:
        letter = outbox.letters.one(dead_letter_id)
    finally:
        outbox.close()
    fields = _fields(letter)
    if as_json:
        print(json.dumps({**fields, "original_base64": base64.b64encode(letter.original).decode("ascii")}))
        return
    for name, value in fields.items():
        if value is not None:
            print(f"{name:>16}  {value}")
    print(f"\n{len(letter.original)} original bytes:")
    print(letter.original.decode("utf-8", "backslashreplace"))


@app.command("replay")
def replay_letters(
    dead_letter_id: Annotated[str | None, typer.Option("--id", help="One, by its id or the first digits.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are unresolved.")] = False,
    as_json: _AsJson = False,
) -> None:
    """Send original records again; exit code 3 when some cannot be sent."""
    import json

    from workbench.errors import UsageError
    from workbench.pipelines.publish import open_publisher
    from workbench.pipelines.replay import replay
    from workbench.settings import load_settings

    if (dead_letter_id is None) == (not everything):
        raise UsageError("say which: --id ID for one, or --all for all that are unresolved")
    with open_publisher(load_settings()) as publisher:
        outbox = publisher.outbox
        found = (
            [outbox.letters.one(dead_letter_id)] if dead_letter_id else list(outbox.dead_letters(status="unresolved"))
        )
        done = replay(outbox, found)
        drained = publisher.flush(30.0)
    if as_json:
        print(json.dumps({"sent": done.sent, "failed": done.failed, "waiting": not drained}))
    else:
        for failed_id, reason in done.failed:
            print(f"{failed_id[:_ID_DIGITS]} stays: {reason}")
        print(f"{len(done.sent)} sent again, {len(done.failed)} stay" + ("" if drained else "; they wait for Kafka"))
    if done.failed:
        raise typer.Exit(3)


def _where(letter: "KeptLetter") -> str:
    return letter.source or f"{letter.topic}[{letter.partition}]@{letter.offset}"


def _fields(letter: "KeptLetter") -> dict[str, Any]:
    import dataclasses

    fields: dict[str, Any] = {
        one.name: getattr(letter, one.name) for one in dataclasses.fields(letter) if one.name != "original"
    }
    fields["original_bytes"] = len(letter.original)
    for name in ("recorded_at", "resolved_at"):
        fields[name] = None if fields[name] is None else fields[name].isoformat()
    return fields


def register(target: typer.Typer) -> None:
    """Add the verb."""
    target.add_typer(app, name="dlq")
