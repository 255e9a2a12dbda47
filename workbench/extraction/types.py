"""The types of an entity, one for each name: what lists, cues and forms can tell apart.

The graph's labels follow from these names (``workbench.graph.vocabulary``).
"""

EMAIL = "email"
URL = "url"
CODE_BLOCK = "code_block"
MENTION = "mention"
FILE_PATH = "file_path"
VERSION = "version"
MONEY = "money"
DATE = "date"
PERSON = "person"
ORGANISATION = "organisation"
PLACE = "place"
PRODUCT = "product"
LANGUAGE = "language"
LIBRARY = "library"
FRAMEWORK = "framework"
DATABASE = "database"
MODEL = "model"
PROTOCOL = "protocol"
CLOUD_SERVICE = "cloud_service"
ALGORITHM = "algorithm"
METRIC = "metric"
DATASET = "dataset"
IDENTIFIER = "identifier"
TECHNOLOGY = "technology"
CONCEPT = "concept"
CONFERENCE = "conference"
NAME = "name"

FORM_TYPES = frozenset({EMAIL, URL, CODE_BLOCK, MENTION, FILE_PATH, VERSION, MONEY, DATE})
"""Known by their form alone."""

TECHNOLOGY_TYPES = frozenset(
    {
        LANGUAGE,
        LIBRARY,
        FRAMEWORK,
        DATABASE,
        MODEL,
        PROTOCOL,
        CLOUD_SERVICE,
        ALGORITHM,
        METRIC,
        DATASET,
        TECHNOLOGY,
    }
)
"""Kinds of technology. ``technology`` itself is a tool, an operating system, a format or a device: listed, but of
none of the other kinds."""

OTHER_TYPES = frozenset({PERSON, ORGANISATION, PLACE, PRODUCT, CONFERENCE, CONCEPT, IDENTIFIER, NAME})
"""People, bodies, places and products by lists and cues; ``concept`` is a field, a task or a method; ``identifier`` a
class, function or variable in code; ``conference`` a conference or journal; ``name`` capitals of unknown kind."""

ENTITY_TYPES = FORM_TYPES | TECHNOLOGY_TYPES | OTHER_TYPES
"""Every type that the extraction gives."""
