"""How an entity type looks in every figure: a colour for its family, a symbol for itself. Pure.

There are more types than colours that people can tell apart, so kin share a colour.
"""

from dataclasses import dataclass

from workbench.reports.template import BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, RED, TEAL

FAMILIES: dict[str, tuple[str, ...]] = {
    BLUE: ("language", "library", "framework", "code_block", "class_name", "identifier"),
    ORANGE: ("database", "protocol", "cloud_service", "format", "dataset"),
    GREEN: ("technology", "product", "file_path", "url", "ui_element"),
    PURPLE: ("person", "mention", "email"),
    GOLD: ("organisation", "place", "conference"),
    TEAL: ("concept", "algorithm", "model", "metric", "data_structure"),
    RED: ("version", "money", "date"),
}
"""Colour -> entity types."""

_SYMBOLS = (
    ("circle", ""), ("square", "/"), ("diamond", "."), ("triangle-up", "x"), ("cross", "-"), ("pentagon", "|")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a type is drawn.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    symbol : str
        Plotly's name of it.
    pattern : str
        Of a bar, for the same distinction.
    """

    colour: str
    symbol: str
    pattern: str = ""


_LOOKS = {kind: Look(colour, *_SYMBOLS[at]) for colour, kinds in FAMILIES.items() for at, kind in enumerate(kinds)}
_OTHER = Look(GREY, "circle")


def look_of(entity_type: str) -> Look:
    """The look of a type; grey circles for capitalised words and for what a stranger's log calls its entities.

    Examples
    --------
    >>> look_of("protocol").symbol, look_of("name") == look_of("a stranger's type")
    ('square', True)
    """
    return _LOOKS.get(entity_type.casefold(), _OTHER)
