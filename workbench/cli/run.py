"""``workbench run``: the main job, from servers to reports."""

import time
from pathlib import Path
from typing import Annotated

import typer


def run(
    conversations: Annotated[
        int, typer.Option(min=0, help="Recorded conversations to play through the chat API.")
    ] = 300,
    calls: Annotated[int, typer.Option(min=0, help="Synthetic LLM calls, when no log is given.")] = 20_000,
    log: Annotated[Path | None, typer.Option(help="Your own log of calls, instead of synthetic ones.")] = None,
    format_name: Annotated[str, typer.Option("--format", help="Format of --log.")] = "",
    seed: Annotated[int, typer.Option(help="Of the synthetic calls.")] = 1,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait until everything has arrived.")] = 600.0,
    reports: Annotated[Path | None, typer.Option(help="Where the reports go; default build/reports.")] = None,
    notebooks: Annotated[bool, typer.Option(help="Run the seven notebooks too.")] = True,
) -> None:
    """Start the servers, drive input through them, reconcile, run the seven notebooks, write the reports.

    Exit codes: 0 all is well; 4 a server failed; 5 a store failed; 7 events are missing; 8 a notebook failed.
    """
    from workbench.cli.reconcile import show_reconciliation
    from workbench.cli.stack_display import progress
    from workbench.cli.steps.main_job import (
        Input,
        drive_input,
        learn_from_conversations,
        link_sessions,
        prepare_stores,
        run_notebooks,
        settle,
        start_programs,
        step,
    )
    from workbench.errors import StoreUnavailableError
    from workbench.settings import load_settings
    from workbench.sources.formats import format_named
    from workbench.stack.control import start_stack
    from workbench.stack.programs import Programs

    if log is not None:
        format_named(format_name)  # a wrong name is told before anything is started
    began = time.monotonic()
    with step("servers"), progress() as report:
        start_stack(load_settings(), report=report)
    settings = load_settings()
    with step("topics, constraints, tables"):
        prepare_stores(settings)
    ok, shown = True, ""
    with Programs(settings.home / "logs", environment={"WORKBENCH_HOME": str(settings.home)}) as programs:
        with step("API and workers"):
            service = start_programs(programs, settings)
        with step("input"):
            drive_input(settings, service, Input(conversations, calls, seed, log, format_name))
        with step("every event to its stores"):
            found = settle(settings, programs, timeout)
        with step("patterns across conversations"):
            if found.settled and learn_from_conversations(settings, timeout):
                found = settle(settings, programs, timeout)
        with step("links across sessions"):
            if found.settled and link_sessions(settings):
                found = settle(settings, programs, timeout)
        if notebooks:
            with step("seven notebooks"):
                result = run_notebooks(settings, found, reports or settings.reports)
            ok, shown = result.ok, f"report: {result.index_path}"
    show_reconciliation(found)
    print(shown or "no notebooks were run")
    print(f"{time.monotonic() - began:.0f} s in all; the servers keep running: workbench status, workbench down")
    found.require_ok()
    if not found.settled:
        raise StoreUnavailableError(f"events are still on their way after {timeout:.0f} s; see: workbench status")
    if not ok:
        raise typer.Exit(8)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(run)
