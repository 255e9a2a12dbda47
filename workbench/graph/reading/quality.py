"""What to look at twice: pairs that may be one entity, and models that contradict each other."""

from workbench.extraction.stance import NEGATED
from workbench.graph.reading.answer import Answer
from workbench.graph.reading.bounds import MOST_LINKS, check_limit, check_ratio
from workbench.graph.reading.entities import answer_about
from workbench.graph.reading.reader import GraphReader
from workbench.graph.vocabulary import EXCLUSIVE

ONE_WAY = frozenset({"LOCATED_IN", "PART_OF", "SUPERSEDES"})
"""Types that cannot point both ways: when one model says so and another the reverse, one of them is wrong."""

PREFERENCES = frozenset({"PREFERS"})
"""Types that choose: to prefer two things that are compared with each other is to contradict oneself."""

ASSERTED = 0.5
"""From this confidence on a model asserts a link; extraction gives what is merely supposed less."""


def unresolved_duplicates(
    reader: GraphReader, *, tenant_id: str = "default", min_score: float = 0.5, limit: int = 100
) -> Answer:
    """Pairs of entities that are held to be the same and are not merged, the surest first.

    Parameters
    ----------
    reader : GraphReader
    tenant_id : str
    min_score : float
        Least score of a pair, 0 to 1.
    limit : int
        Most rows, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        entity_id, name, entity_type, other_entity_id, other_name, other_entity_type (String), score (Float64), method
        (String), properties (String, a JSON object that explains the score; null for none).

    Raises
    ------
    UsageError
        When a parameter is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {
        "tenant_id": tenant_id,
        "min_score": check_ratio("min_score", min_score),
        "pair_limit": check_limit(limit),
    }
    return reader.read("list unresolved duplicates", lambda reading: reading.answer("unresolved_duplicates", **which))


def statements(reader: GraphReader, entity_id: str, *, tenant_id: str = "default", limit: int = 200) -> Answer:
    """What each model said about an entity, also what no longer holds.

    Returns
    -------
    Answer
        provider_id (String, null when not known), model_id (String), forward (Boolean), relationship_type,
        other_entity_id, other_name, other_entity_type (String), times (Int64), confidence (Float64), first_said_at,
        last_said_at (Datetime, UTC), holds (Boolean, whether the graph still says so), message_id, text (String).

    Raises
    ------
    UsageError
        When the limit is out of range.
    NotFoundError
        When the graph has no such entity.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    return answer_about(
        reader,
        entity_id,
        "provider_statements",
        doing="read what models said",
        tenant_id=tenant_id,
        statement_limit=MOST_LINKS,
        row_limit=check_limit(limit),
    )


def disagreements(reader: GraphReader, entity_id: str, *, tenant_id: str = "default", limit: int = 200) -> Answer:
    """Where models contradict each other about an entity.

    ``exclusive``: a fact of which an entity has one at a time (`workbench.graph.vocabulary.EXCLUSIVE`), with two
    others. ``rival``: two preferences for things that are compared with each other. ``opposed``: a link of `ONE_WAY`,
    said in both directions. ``denied``: a link that one asserts and the other denies, which extraction tells by a
    confidence of at most `workbench.extraction.stance.NEGATED`.

    Returns
    -------
    Answer
        kind, relationship_type, model_id, other_model_id, provider_id, other_provider_id (String), said_from_id,
        said_from_name, said_to_id, said_to_name and the same with other_ (String), confidence, other_confidence
        (Float64), said_at, other_said_at (Datetime, UTC), message_id, other_message_id, text, other_text (String).

    Raises
    ------
    UsageError
        When the limit is out of range.
    NotFoundError
        When the graph has no such entity.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    return answer_about(
        reader,
        entity_id,
        "provider_disagreements",
        doing="find where models disagree",
        tenant_id=tenant_id,
        exclusive_types=sorted(EXCLUSIVE),
        rival_types=sorted(PREFERENCES),
        opposed_types=sorted(ONE_WAY),
        asserted_from=ASSERTED,
        denied_to=NEGATED,
        statement_limit=MOST_LINKS,
        row_limit=check_limit(limit),
    )
