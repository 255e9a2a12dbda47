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
CLASS_NAME = "class_name"
IDENTIFIER = "identifier"
DATA_STRUCTURE = "data_structure"
UI_ELEMENT = "ui_element"
FORMAT = "format"
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
        FORMAT,
        TECHNOLOGY,
    }
)
"""Kinds of technology. ``technology`` itself is a tool, an operating system, a format or a device: listed, but of
none of the other kinds."""

CODE_TYPES = frozenset({CLASS_NAME, IDENTIFIER})
"""Names in code: ``class_name`` a class or type, ``identifier`` a function or variable."""

COMMON_NOUN_TYPES = frozenset({DATA_STRUCTURE, UI_ELEMENT})
"""Kinds that a common noun names ("table", "button"). They say what a sentence is about and never which one, so no
node of the graph comes of them: it would link every conversation with every other."""

OTHER_TYPES = frozenset({PERSON, ORGANISATION, PLACE, PRODUCT, CONFERENCE, CONCEPT, NAME})
"""People, bodies, places and products by lists and cues; ``concept`` is a field, a task or a method; ``conference`` a
conference or journal; ``name`` capitals of unknown kind."""

ENTITY_TYPES = FORM_TYPES | TECHNOLOGY_TYPES | CODE_TYPES | COMMON_NOUN_TYPES | OTHER_TYPES
"""Every type that the extraction gives."""
