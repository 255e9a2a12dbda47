"""Patterns as rows of PostgreSQL, and insights as events."""

from collections.abc import Mapping
from typing import Any

from workbench.events.codec import make_event
from workbench.events.envelope import Event, derived_event_id
from workbench.events.payloads import Insight, InsightEvidence
from workbench.learning.mine import impact_of, version_of
from workbench.learning.patterns import Pattern

SOURCE = "learning"
"""Conversation and session of the events: nobody said so, it was concluded."""

_MEASURED = (
    *("subject", "description", "frequency", "cases", "chance", "lift", "p_value", "comparisons", "confidence"),
    "examples",
)


def _storable(text: str) -> str:
    return text.replace("\x00", "\u2400")


def pattern_row(pattern: Pattern) -> dict[str, Any]:
    """A pattern as a row of ``learned_patterns``."""
    return {
        "pattern_id": pattern.pattern_id,
        "pattern_type": pattern.pattern_type,
        "subject": _storable(pattern.subject),
        "key": _storable(pattern.key),
        "description": _storable(pattern.description),
        "frequency": pattern.frequency,
        "cases": pattern.cases,
        "chance": pattern.chance,
        "lift": pattern.evidence.lift,
        "p_value": pattern.evidence.p_value,
        "comparisons": pattern.comparisons,
        "confidence": pattern.confidence,
        "part_of": pattern.part_of,
        "first_seen": pattern.first_seen,
        "last_seen": pattern.last_seen,
        "examples": [
            {"conversation_id": one.conversation_id, "message_ids": one.message_ids} for one in pattern.examples
        ],
    }


def insight_row(pattern: Pattern, tenant_id: str, *, min_frequency: int) -> dict[str, Any]:
    """A pattern as a row of ``learned_insights``; its event's id follows from tenant, pattern and version."""
    version = version_of(pattern, min_frequency=min_frequency)
    row = pattern_row(pattern)
    return {
        **{name: row[name] for name in _MEASURED},
        "insight_id": pattern.pattern_id,
        "version": version,
        "event_id": derived_event_id(pattern.pattern_id, "learning.insight.created", tenant_id, str(version)),
        "insight_type": pattern.pattern_type,
        "title": _storable(pattern.title),
        "impact": impact_of(pattern),
    }


def insight_event(row: Mapping[str, Any]) -> Event:
    """The event of one version of an insight, from its row of ``learned_insights``."""
    examples = row["examples"]
    about_user = row["insight_type"] in ("user_intent", "user_preference", "conversation_flow") and row["subject"]
    payload = Insight(
        insight_id=row["insight_id"],
        insight_type=row["insight_type"],
        title=row["title"],
        description=row["description"],
        confidence=row["confidence"],
        version=row["version"],
        user_id=row["subject"] if about_user else "",
        impact=row["impact"],
        frequency=row["frequency"],
        lift=row["lift"],
        evidence=[InsightEvidence(one["conversation_id"], one["message_ids"]) for one in examples],
    )
    return make_event(
        "learning.insight.created",
        payload,
        event_id=row["event_id"],
        occurred_at=row["created_at"],
        conversation_id=SOURCE,
        session_id=SOURCE,
        user_id=row["subject"] if about_user else SOURCE,
        tenant_id=row["tenant_id"],
    )
