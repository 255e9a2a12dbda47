"""How the labels of two public data sets meet the extraction's types, for scoring and for training.

Labels that several types of ours cover, or that ours do not tell apart, are one class. ``name`` counts as CrossNER's
``misc``: capitals of unknown kind. Of StackOverflowNER's 27 labels these are the eight that name software or its
parts and are not code, values or places in a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.extraction.types import (
    ALGORITHM,
    CLASS_NAME,
    CLOUD_SERVICE,
    CONCEPT,
    CONFERENCE,
    DATA_STRUCTURE,
    DATABASE,
    DATASET,
    FRAMEWORK,
    LANGUAGE,
    LIBRARY,
    METRIC,
    MODEL,
    NAME,
    ORGANISATION,
    PERSON,
    PLACE,
    PRODUCT,
    PROTOCOL,
    TECHNOLOGY,
    UI_ELEMENT,
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a data set's labels and the extraction's types meet.

    Parameters
    ----------
    labels : mapping of str to str
        Label of the data set -> class; labels that are not here are not scored.
    types : mapping of str to str
        Entity type -> class; spans of other types are not counted as found.
    """

    labels: Mapping[str, str]
    types: Mapping[str, str]


CROSSNER_AI = Scheme(
    labels={
        "algorithm": ALGORITHM,
        "field": CONCEPT,
        "task": CONCEPT,
        "product": PRODUCT,
        "researcher": PERSON,
        "person": PERSON,
        "metrics": METRIC,
        "programlang": LANGUAGE,
        "conference": CONFERENCE,
        "organisation": ORGANISATION,
        "university": ORGANISATION,
        "country": PLACE,
        "location": PLACE,
        "misc": NAME,
    },
    types={
        **{one: one for one in (ALGORITHM, CONCEPT, PERSON, METRIC, LANGUAGE, CONFERENCE, ORGANISATION, PLACE, NAME)},
        **dict.fromkeys((PRODUCT, TECHNOLOGY, LIBRARY, FRAMEWORK, DATABASE, CLOUD_SERVICE, PROTOCOL), PRODUCT),
        MODEL: ALGORITHM,
        DATASET: NAME,
    },
)
"""14 labels in 10 classes."""

STACKOVERFLOW = Scheme(
    labels={
        "Application": TECHNOLOGY,
        "Operating_System": TECHNOLOGY,
        "Device": TECHNOLOGY,
        "Language": LANGUAGE,
        "Library": LIBRARY,
        "Library_Class": CLASS_NAME,
        "Data_Structure": DATA_STRUCTURE,
        "User_Interface_Element": UI_ELEMENT,
    },
    types={
        **{one: one for one in (LANGUAGE, LIBRARY, CLASS_NAME, DATA_STRUCTURE, UI_ELEMENT)},
        FRAMEWORK: LIBRARY,
        **dict.fromkeys((TECHNOLOGY, DATABASE, CLOUD_SERVICE, PRODUCT), TECHNOLOGY),
    },
)
"""8 labels in 6 classes."""

SCHEMES = {"crossner-ai": CROSSNER_AI, "stackoverflow": STACKOVERFLOW}
"""By the names that ``workbench extraction train --labels`` takes."""
