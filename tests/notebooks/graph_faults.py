"""What can go wrong in the knowledge graph behind the back of the sink, each by one statement."""

import neo4j

from workbench.settings import Settings

_IN_CONVERSATION = (
    "MATCH (c:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})"
    "<-[:IN_CONVERSATION]-(m:Message)<-[mentioned:MENTIONED_IN]-(e:Entity) "
)


def _changed(settings: Settings, statement: str, **parameters: object) -> int:
    auth = (settings.neo4j.username, settings.neo4j.password.get_secret_value())
    with neo4j.GraphDatabase.driver(settings.neo4j.uri, auth=auth) as driver:
        rows = driver.execute_query(statement, parameters, database_=settings.neo4j.database).records
    return int(rows[0]["changed"])


def forget_reasons(settings: Settings, conversation: str) -> int:
    """Links between two names no longer say what they rest on."""
    return _changed(settings, "MATCH ()-[r:SAME_AS]->() SET r.properties = null RETURN count(*) AS changed")


def state_facts_twice(settings: Settings, conversation: str) -> int:
    """Each fact but co-occurrence stands there twice, as after a write that was repeated without being recognised."""
    return _changed(
        settings,
        "MATCH (a:Entity)-[r]->(b:Entity) WHERE type(r) <> 'CO_OCCURS_WITH' WITH a, r, b "
        "CREATE (a)-[copy:$(type(r))]->(b) SET copy = properties(r) RETURN count(*) AS changed",
    )


def misfile_a_linked_mention(settings: Settings, conversation: str) -> int:
    """An entity at which a link of the conversation ends is named by a message of another conversation instead."""
    return _changed(
        settings,
        _IN_CONVERSATION + "MATCH (source:Entity)-[r {message_id: m.message_id}]->(e) WHERE source <> e "
        "AND mentioned.confidence >= 0.7 WITH c, e, collect(DISTINCT mentioned) AS mentions "
        "ORDER BY size(mentions), e.entity_id LIMIT 1 "
        "MATCH (elsewhere:Message)-[:IN_CONVERSATION]->(d:Conversation) WHERE d <> c "
        "WITH e, mentions, elsewhere LIMIT 1 "
        "UNWIND mentions AS one CREATE (e)-[copy:MENTIONED_IN]->(elsewhere) SET copy = properties(one) DELETE one "
        "RETURN count(*) AS changed",
        tenant_id=settings.api.tenant,
        conversation_id=conversation,
    )


def move_a_mention(settings: Settings, conversation: str) -> int:
    """A mention points one character beside its words."""
    return _changed(
        settings,
        _IN_CONVERSATION + "WITH mentioned WHERE mentioned.confidence >= 0.7 LIMIT 1 "
        "SET mentioned.start = mentioned.start + 1, mentioned.end = mentioned.end + 1 RETURN count(*) AS changed",
        tenant_id=settings.api.tenant,
        conversation_id=conversation,
    )


FAULTS = {
    forget_reasons: "Every link between two names tells what it rests on",
    state_facts_twice: "No fact holds twice at one moment",
    misfile_a_linked_mention: "Every link of the conversation joins two of its entities",
    move_a_mention: "Every mention's words stand in the message where it says",
}
"""Fault -> the claim of notebook 3 that fails under it. The notebook stops at the first claim that fails, so the last
claim's fault comes first and each one after it is met earlier."""
