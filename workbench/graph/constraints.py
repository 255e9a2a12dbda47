"""The graph's schema: uniqueness constraints and indexes, from numbered query files."""

from workbench.graph.driver import open_driver, open_session, query_text
from workbench.queries import query_names
from workbench.settings.schema import Settings


def apply(settings: Settings) -> tuple[str, ...]:
    """Create what is missing; a repeat changes nothing.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    tuple of str
        Names of the schema files, in the order in which they were applied.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    names = tuple(query_names("graph", "schema"))
    with open_driver(settings) as driver, open_session(driver, settings, "apply the graph's schema") as session:
        for name in names:
            session.run(query_text(name)).consume()
    return names
