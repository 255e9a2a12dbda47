"""How running workers look on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from workbench.stream.progress import WorkerProgress

_COLOURS = {"reading": "green", "paused": "dim", "gone": "dim"}


def progress_table(workers: Sequence[WorkerProgress]) -> None:
    """Print a line a worker, and below it why a store takes nothing."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("worker", "state"):
        table.add_column(column)
    for column in ("pid", "partitions", "events/s", "lag", "batch", "last commit", "events", "dead letters"):
        table.add_column(column, justify="right")
    for one in workers:
        table.add_row(
            one.hop, f"[{_COLOURS.get(one.state, 'yellow')}]{one.state}[/]", str(one.pid), str(one.partitions),
            f"{one.events_per_s:,.0f}", "?" if one.lag_events is None else f"{one.lag_events:,}",
            f"{one.batch_events:,} of {one.batch_most:,}",
            "" if one.last_commit_s is None else f"{one.last_commit_s:.2f} s", f"{one.events:,}",
            str(one.dead_letters or ""),
        )  # fmt: skip
    console = Console()
    console.print(table)
    for one in workers:
        if one.hold_reason:
            console.print(f"{one.hop} {one.pid}: {one.hold_reason}", style="yellow", highlight=False)
