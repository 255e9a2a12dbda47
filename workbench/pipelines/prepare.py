"""Make every store ready: topics, constraints, tables. Each step is idempotent."""

from collections.abc import Callable

from workbench.errors import StoreError
from workbench.settings import Settings


def prepare(settings: Settings, *, note: Callable[[str, StoreError | None], None] = lambda name, error: None) -> bool:
    """Create what is missing in the stores that are switched on; one that fails does not stop the rest.

    Parameters
    ----------
    settings : Settings
    note : callable
        Called per store with its name, and the error or None.

    Returns
    -------
    bool
        Whether every step succeeded.
    """
    results = [_attempt(name, step, settings, note) for name, step in _steps(settings)]
    return all(results)


def _attempt(
    name: str,
    step: Callable[[Settings], None],
    settings: Settings,
    note: Callable[[str, StoreError | None], None],
) -> bool:
    try:
        step(settings)
    except StoreError as error:
        note(name, error)
        return False
    note(name, None)
    return True


def _steps(settings: Settings) -> list[tuple[str, Callable[[Settings], None]]]:
    on = settings.components
    steps: list[tuple[str, Callable[[Settings], None]]] = [("kafka", _topics)]
    if on.knowledge_graph:
        steps.append(("neo4j", _graph))
    if on.infinite_context or on.distributed_memory:
        steps.append(("postgresql", _database))
    if on.analytics:
        steps.append(("clickhouse", _warehouse))
    return steps


def _topics(settings: Settings) -> None:
    from workbench.stream.admin import create_topics

    create_topics(settings)


def _graph(settings: Settings) -> None:
    from workbench.graph.constraints import apply

    apply(settings)


def _database(settings: Settings) -> None:
    from workbench.database.migrations import apply

    apply(settings)


def _warehouse(settings: Settings) -> None:
    from workbench.warehouse.migrations import apply

    apply(settings)
