"""The steps of ``workbench run``: each does one thing and returns what the next one needs."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TaskID

from workbench.api.access import redactor_of
from workbench.clock import utc_now
from workbench.course.runner import RunResult, run_all
from workbench.errors import StackError, StoreUnavailableError
from workbench.events.topics import Hop
from workbench.pipelines.ingest import Ingested, ingest
from workbench.pipelines.play import ChatService
from workbench.pipelines.prepare import prepare
from workbench.pipelines.publish import Publisher, open_publisher
from workbench.pipelines.reconcile import Reconciliation, enabled_hops
from workbench.pipelines.settle import wait_settled
from workbench.pipelines.traffic import chat_service, play_conversations, publish_calls
from workbench.reports.index import Section
from workbench.settings import Settings
from workbench.sources.formats import format_named, open_source
from workbench.stack.programs import Programs

WORKERS = ("graph", "context", "learning", "memory", "lake", "warehouse")

MOST_INSIGHTS = 1_000
"""Insights that are counted after a run."""

START_S = 60.0
"""The API answers within this on a busy two-core machine, or something is wrong."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a run is fed with: conversations for the chat API, and calls from a log or from the traffic model."""

    conversations: int
    calls: int
    seed: int
    log: Path | None = None
    format_name: str = ""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print a step's title with its time when it is done."""
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:6.1f} s  {title}", flush=True)


def _bars() -> Progress:
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def prepare_stores(settings: Settings) -> None:
    """Create topics, constraints and tables.

    Raises
    ------
    StoreUnavailableError
        Naming every store that could not be prepared.
    """
    problems: list[str] = []
    prepare(settings, note=lambda name, error: problems.append(f"{name}: {error}") if error else None)
    if problems:
        raise StoreUnavailableError("; ".join(problems))


def start_programs(programs: Programs, settings: Settings) -> ChatService:
    """Start the API and the workers, and wait until the API answers.

    Raises
    ------
    StackError
        When a program ends, or the API does not answer in time.
    """
    (settings.home / "run" / "api.json").unlink(missing_ok=True)
    programs.start("api", ["serve", "--port", "0"])
    for worker in WORKERS:
        programs.start(f"worker-{worker}", ["worker", worker])
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        programs.require_running(except_zero=True)
        try:
            service = chat_service(settings)
            if httpx.get(f"{service.address}/livez", timeout=2.0, trust_env=False).is_success:
                return service
        except (StoreUnavailableError, httpx.HTTPError):
            time.sleep(0.1)
    raise StackError(f"the API did not answer within {START_S:.0f} s; its log ends:\n{programs.tail('api')}")


def drive_input(settings: Settings, service: ChatService, given: Input) -> None:
    """Produce calls and play conversations."""
    now = utc_now()
    publisher = open_publisher(settings)
    try:
        with _bars() as bars:
            if given.log is not None:
                _import_log(publisher, given.log, given.format_name, settings)
            else:
                calls = bars.add_task("synthetic calls", total=given.calls)
                until = now.replace(microsecond=0)
                publish_calls(
                    publisher,
                    given.calls,
                    seed=given.seed,
                    until=until,
                    progress=lambda done: bars.update(calls, completed=done),
                )
            played = bars.add_task("conversations", total=given.conversations)
            play_conversations(
                service,
                given.conversations,
                run_id=f"{now:%Y%m%dT%H%M%S}",
                progress=lambda so_far: bars.update(played, completed=so_far.conversations),
            )
    finally:
        publisher.close()


def _import_log(publisher: Publisher, log: Path, format_name: str, settings: Settings) -> Ingested:
    with open_source(log) as stream:
        found = format_named(format_name).read(stream, tenant_id=settings.api.tenant)
        letters, redactor = publisher.outbox.letters, redactor_of(settings)
        done = ingest(found, publisher, letters, source=log.name, redactor=redactor)
    print(f"          {log.name}: {done.rows} rows, {done.added} events added, {done.bad} bad")
    return done


def settle(settings: Settings, programs: Programs, timeout_s: float) -> Reconciliation:
    """Wait until every event has arrived, with a bar per hop."""
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def show(counts: Mapping[Hop, tuple[int, int]]) -> None:
            programs.require_running(except_zero=True)
            for hop, (stored, produced) in counts.items():
                if hop not in tasks:
                    tasks[hop] = bars.add_task(hop, total=produced)
                bars.update(tasks[hop], completed=stored, total=produced)

        return wait_settled(settings, timeout_s=timeout_s, progress=show)


def link_sessions(settings: Settings) -> int:
    """Tell which entities of different sessions are one thing; how many events that made.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    if "graph" not in enabled_hops(settings):
        return 0
    from workbench.pipelines.link import find_links  # with the graph switched off its driver is not imported

    found = find_links(settings, tenant_id=settings.api.tenant)
    print(
        f"          {found.entities:,} entities, {found.links:,} links hold:"
        f" {found.count('created')} new, {found.count('updated')} changed, {found.count('deleted')} gone"
    )
    if found.events:
        with open_publisher(settings) as publisher:
            publisher.publish(found.events)
    return len(found.events)


def learn_from_conversations(settings: Settings, timeout_s: float) -> int:
    """Wait until the learner has read every completed conversation; how many insights hold now."""
    if "learning" not in enabled_hops(settings):
        return 0
    from workbench.database import learning  # switched off, its driver is not imported
    from workbench.database.pool import open_pool
    from workbench.pipelines.learn import wait_learned

    done = wait_learned(settings, timeout_s=timeout_s)
    with open_pool(settings, size=1) as pool, pool.connection("count insights") as connection:
        found = learning.insights(connection, settings.api.tenant, limit=MOST_INSIGHTS)
    print(f"          {len(found)} insights hold{'' if done else '; the learner has not read everything yet'}")
    return len(found)


def run_notebooks(settings: Settings, found: Reconciliation, reports: Path) -> RunResult:
    """Run the seven notebooks and write the reports, the reconciliation on their index page."""
    note = "produced = stored + pending + dead-lettered + removed with a receipt, in distinct events"
    summary = [Section("Reconciliation", found.rows(), note)]
    done = run_all(settings, reports_dir=reports, summary=summary)
    for outcome in done.outcomes:
        print(f"          {'ok  ' if outcome.ok else 'FAIL'}  {outcome.name}  {outcome.wall_s:.1f} s")
    return done
