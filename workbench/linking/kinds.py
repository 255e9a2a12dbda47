"""Which types can be the same thing, and what a type says about names."""

UNKNOWN = frozenset({"", "name", "thing", "personal", "identifier", "class_name"})
"""The kind is not known, or by the spelling only (a service is an identifier): compatible with every other."""

SPELLINGS = {"organization": "organisation", "location": "place"}
"""Types as others write them."""

TECHNICAL = frozenset(
    {"technology", "language", "library", "framework", "database", "model", "protocol", "cloud_service", "algorithm"}
    | {"metric", "dataset", "format"}
)
"""Kinds of technology; a list may take one name for one kind and a text for another."""

BY_FORM = frozenset({"email", "url", "code_block", "file_path", "version", "money", "date", "mention"})
"""Known by their form: the normalised name is all there is, nothing is left to link."""

VERSIONED = frozenset({"technology", "language", "library", "framework", "database", "cloud_service"})
"""Kinds whose releases are one thing: PostgreSQL 16 is PostgreSQL. A model's version is another model."""

WITH_PLURALS = frozenset({"name", "concept", "personal"})
"""Kinds with common nouns among them, whose plural is the same thing."""

PRIVATE = frozenset({"person", "product"})
"""Names that two organisations give independently of each other: employees, projects, services."""

SHORTENED = frozenset({"person", "organisation", "product", "name", "thing", ""})
"""Kinds whose name is shortened to some of its words in talk, when one of the two is known to be of such a kind. Kafka
is no short form of Kafka Connect, nor Korea one of North Korea."""

VARIANTS = frozenset(
    {
        "pro",
        "mini",
        "max",
        "plus",
        "lite",
        "ultra",
        "air",
        "enterprise",
        "community",
        "beta",
        "alpha",
        "next",
        "classic",
    }
)
"""Words that make another product of one: an iPad Pro is no iPad."""

IMPLIED = {
    "inc": "organisation", "ltd": "organisation", "llc": "organisation", "gmbh": "organisation",
    "corp": "organisation", "corporation": "organisation", "plc": "organisation", "ag": "organisation",
    "company": "organisation", "db": "database", "database": "database", "project": "product",
}  # fmt: skip
"""What a word of a name says about its kind."""


def agreement(left: str, right: str) -> str:
    """How two types go together: ``same``, ``open`` (one is unknown), ``near`` (both technical) or ``other``.

    Examples
    --------
    >>> agreement("database", "database"), agreement("database", "technology"), agreement("person", "name")
    ('same', 'near', 'open')
    >>> agreement("organisation", "database")
    'other'
    """
    if left in UNKNOWN or right in UNKNOWN:
        return "open"
    if left == right:
        return "same"
    if left in TECHNICAL and right in TECHNICAL:
        return "near"
    if {left, right} <= {"technology", "product", "library", "cloud_service", "framework", "database"}:
        return "near"
    return "other"
