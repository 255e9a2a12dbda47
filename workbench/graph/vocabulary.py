"""Labels and relationship types of the graph, from what events say. Pure.

Only known names become labels and types: Neo4j keeps every name for ever and has room for 65,536 types, so a
stranger's log must not make new ones. What an event said stays as a property.
"""

from workbench.extraction.types import TECHNOLOGY_TYPES

ENTITY_LABELS = {
    "algorithm": "Algorithm",
    "class_name": "ClassName",
    "cloud_service": "CloudService",
    "code_block": "CodeBlock",
    "concept": "Concept",
    "conference": "Conference",
    "data_structure": "DataStructure",
    "database": "Database",
    "dataset": "Dataset",
    "date": "Date",
    "email": "Email",
    "file_path": "FilePath",
    "format": "Format",
    "framework": "Framework",
    "identifier": "Identifier",
    "language": "Language",
    "library": "Library",
    "location": "Place",
    "mention": "Handle",
    "metric": "Metric",
    "model": "AiModel",
    "money": "Money",
    "name": "Name",
    "organisation": "Organisation",
    "organization": "Organisation",
    "person": "Person",
    "place": "Place",
    "product": "Product",
    "protocol": "Protocol",
    "technology": "Technology",
    "thing": "Thing",
    "ui_element": "UiElement",
    "url": "Url",
    "version": "Version",
}
"""Entity type -> label beside ``Entity``. A type that is not here has no label of its own. ``Model`` is the label of
the models that generated messages, so a model that a text speaks of is an ``AiModel``."""

RELATIONSHIP_TYPES = frozenset(
    {
        "CO_OCCURS_WITH",
        "COMPARED_WITH",
        "DEPENDS_ON",
        "HAS_VERSION",
        "LIVES_IN",
        "LOCATED_IN",
        "PART_OF",
        "PREFERS",
        "SAME_AS",
        "SUPERSEDES",
        "USES",
        "WORKS_AT",
    }
)
"""Relationship types that the graph has as such."""

EXCLUSIVE = frozenset({"LIVES_IN", "WORKS_AT"})
"""Types of which an entity has one target at a time: a later one retires the earlier one. All others may be many."""

OTHER_RELATIONSHIP = "RELATED_TO"
"""The type of every other relationship; its property ``relationship_type`` says which."""


def entity_labels(entity_type: str) -> list[str]:
    """Labels beside ``Entity``.

    Examples
    --------
    >>> entity_labels("code_block"), entity_labels("cloud_service"), entity_labels("Robert'); DROP")
    (['CodeBlock'], ['CloudService', 'Technology'], [])
    """
    known = entity_type.casefold()
    label = ENTITY_LABELS.get(known)
    if label is None:
        return []
    return [label, "Technology"] if known in TECHNOLOGY_TYPES and label != "Technology" else [label]


def graph_type(relationship_type: str) -> str:
    """The relationship's type in the graph.

    Examples
    --------
    >>> graph_type("uses"), graph_type("ADMIRES")
    ('USES', 'RELATED_TO')
    """
    name = relationship_type.upper()
    return name if name in RELATIONSHIP_TYPES else OTHER_RELATIONSHIP
