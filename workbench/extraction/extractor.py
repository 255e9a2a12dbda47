"""One interface for every method: a text in, spans out."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from workbench.errors import UsageError
from workbench.extraction.entities import extract
from workbench.extraction.spans import EntitySpan

METHODS = ("rules", "sequence", "llm")
"""Names of the methods: the default rules, a trained sequence model, a language model behind an address."""


class Extractor(Protocol):
    """What finds entities."""

    def extract(self, text: str) -> list[EntitySpan]:
        """Entities of a text, in its order, not overlapping; offsets count code points."""
        ...


class RuleExtractor:
    """The default: deterministic, without a model."""

    def extract(self, text: str) -> list[EntitySpan]:
        """See `workbench.extraction.entities.extract`."""
        return extract(text)


RULES = RuleExtractor()
"""The default method; it has no state."""


def local_extractor(method: str, *, model: Path | None = None) -> Extractor:
    """A method that asks nobody else: the same spans for the same text, always.

    Parameters
    ----------
    method : str
        ``rules`` or ``sequence``.
    model : Path, optional
        The sequence model's file.

    Raises
    ------
    UsageError
        Another method, or a sequence model that is missing or cannot be loaded.
    """
    made: dict[str, Callable[[], Extractor]] = {"rules": lambda: RULES, "sequence": lambda: _sequence(model)}
    if method not in made:
        raise UsageError(f"extraction method {method!r} is none of {', '.join(made)}")
    return made[method]()


def _sequence(model: Path | None) -> Extractor:
    from workbench.extraction.sequence import SequenceExtractor

    if model is None or not model.name:
        raise UsageError("the sequence method needs a model's file; make one: workbench extraction train")
    return SequenceExtractor(model)
