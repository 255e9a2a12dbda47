"""Text to entities and relationships: deterministic, pure, linear in the text's length."""

from workbench.extraction.derive import extract_events
from workbench.extraction.entities import extract
from workbench.extraction.extractor import RULES, Extractor, local_extractor
from workbench.extraction.spans import EntitySpan, entity_id_of

__all__ = ["RULES", "EntitySpan", "Extractor", "entity_id_of", "extract", "extract_events", "local_extractor"]
