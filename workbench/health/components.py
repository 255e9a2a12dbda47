"""Which component needs which dependency: the one table (pure).

A component's *stores* hold its data: without one it does not work. Its *feeds* bring it new data: without
one it answers with what it has, and falls behind.
"""

from dataclasses import dataclass

from workbench.settings import Settings

DEPENDENCIES = ("kafka", "neo4j", "clickhouse", "postgresql", "object_store")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the system that can be switched off.

    Parameters
    ----------
    name : str
        HelixAgent's name in the health answer; also its field in ``settings.components``.
    stores, feeds : tuple of str
        Names of `DEPENDENCIES`.
    note : str
        What an operator should know besides the state.
    """

    name: str
    stores: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    note: str = ""


COMPONENTS: tuple[Component, ...] = (
    Component("infinite_context", stores=("postgresql",), feeds=("kafka",)),
    Component("distributed_memory", stores=("postgresql",), feeds=("kafka",)),
    Component("knowledge_graph", stores=("neo4j",), feeds=("kafka",)),
    Component("analytics", stores=("clickhouse",), feeds=("object_store",)),
    Component("cross_learning", stores=("postgresql",), feeds=("kafka",)),
    Component("data_lake", stores=("object_store",), feeds=("kafka",)),
)


def enabled_components(settings: Settings) -> tuple[Component, ...]:
    """The components that are switched on, and whose stores are."""
    return tuple(
        one
        for one in COMPONENTS
        if getattr(settings.components, one.name)
        and all(getattr(settings.services, store).enabled for store in one.stores)
    )


def needed_dependencies(settings: Settings) -> tuple[str, ...]:
    """The dependencies that are contacted: those of enabled components, unless switched off themselves.

    Kafka is always among them, because every event goes through it.
    """
    wanted = {"kafka"}.union(*(set(one.stores + one.feeds) for one in enabled_components(settings)))
    return tuple(name for name in DEPENDENCIES if name in wanted and getattr(settings.services, name).enabled)
