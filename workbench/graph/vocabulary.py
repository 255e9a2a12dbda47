"""Labels and relationship types of the graph, from what events say. Pure.

Only known names become labels and types: Neo4j keeps every name for ever and has room for 65,536 types, so a
stranger's log must not make new ones. What an event said stays as a property.
"""

ENTITY_LABELS = {
    "code_block": "CodeBlock",
    "concept": "Concept",
    "date": "Date",
    "email": "Email",
    "file_path": "FilePath",
    "mention": "Handle",
    "money": "Money",
    "name": "Name",
    "organisation": "Organisation",
    "organization": "Organisation",
    "person": "Person",
    "place": "Place",
    "location": "Place",
    "technology": "Technology",
    "thing": "Thing",
    "url": "Url",
    "version": "Version",
}
"""Entity type -> label beside ``Entity``. A type that is not here has no label of its own."""

RELATIONSHIP_TYPES = frozenset({"CO_OCCURS_WITH", "USES", "DEPENDS_ON", "COMPARED_WITH", "HAS_VERSION"})
"""Relationship types that the graph has as such."""

OTHER_RELATIONSHIP = "RELATED_TO"
"""The type of every other relationship; its property ``relationship_type`` says which."""


def entity_labels(entity_type: str) -> list[str]:
    """Labels beside ``Entity``.

    Examples
    --------
    >>> entity_labels("code_block"), entity_labels("Robert'); DROP")
    (['CodeBlock'], [])
    """
    label = ENTITY_LABELS.get(entity_type.casefold())
    return [label] if label else []


def graph_type(relationship_type: str) -> str:
    """The relationship's type in the graph.

    Examples
    --------
    >>> graph_type("uses"), graph_type("ADMIRES")
    ('USES', 'RELATED_TO')
    """
    name = relationship_type.upper()
    return name if name in RELATIONSHIP_TYPES else OTHER_RELATIONSHIP
