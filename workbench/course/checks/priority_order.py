"""Module 4: read the stored segments in priority order, with what each priority is made of.

The rows are the check's own (``data/stored.sql`` of the exercise), written in a transaction that is rolled back.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from workbench.course.checks.cypher import Answer
from workbench.course.checks.sql import run_sql
from workbench.course.checks.verdict import NotYetError, Verdict
from workbench.course.library import exercises_folder
from workbench.database import migrations
from workbench.errors import CheckFailedError
from workbench.settings import Settings

TENANT, CONVERSATION = "course-priority-order", "the-conversation"
COLUMNS = ("rank", "segment", "pinned", "priority", "importance_points", "recency_points", "feedback_points")
_NEAR = 1e-6


class Row(NamedTuple):
    """One segment as the query gives it."""

    rank: int
    segment: int
    pinned: bool
    priority: float
    importance: float
    recency: float
    feedback: float

    @property
    def parts(self) -> tuple[float, float, float]:
        """Points that add up to the priority."""
        return self.importance, self.recency, self.feedback


EXPECTED = (
    Row(1, 2, True, 0.5, 0.0, 0.5, 0.0),
    Row(2, 5, False, 2.5, 1.0, 1.5, 0.0),
    Row(3, 4, False, 2.25, 0.0, 1.25, 1.0),
    Row(4, 1, False, 2.25, 2.0, 0.25, 0.0),
    Row(5, 6, False, 1.75, 0.0, 1.75, 0.0),
    Row(6, 3, False, 0.75, 1.0, 0.75, -1.0),
)
"""Worked out in the head of ``data/stored.sql``."""

_OTHERS = {11: "another tenant", 12: "another tenant", 21: "another conversation"}


def check(settings: Settings, folder: Path) -> Verdict:
    """Check ``priority_order.sql`` in `folder`; PostgreSQL must run, nothing else."""
    migrations.apply(settings)
    given = exercises_folder() / "04_infinite_context" / "priority_order" / "data" / "stored.sql"
    path = folder / "priority_order.sql"
    try:
        compare(run_sql(settings, path, given=given, tenant_id=TENANT, conversation_id=CONVERSATION))
    except CheckFailedError as error:
        return Verdict(False, str(error), getattr(error, "details", ()))
    return Verdict(True, "This is the order in which a window takes them, and each row says why.")


def _rows(answer: Answer) -> list[Row]:
    try:
        return [Row(int(a), int(b), bool(c), *map(float, numbers)) for a, b, c, *numbers in answer.rows]
    except (TypeError, ValueError) as error:
        raise NotYetError("A value is missing, or is no number.", [str(error)]) from None


def _differs(found: Iterable[float], wanted: Iterable[float]) -> bool:
    return any(not abs(one - other) <= _NEAR for one, other in zip(found, wanted, strict=True))


def compare(answer: Answer) -> None:
    """Nothing when the answer's rows are the expected ones, in their order.

    Raises
    ------
    CheckFailedError
        With a sentence for the learner.
    """
    answer.require(COLUMNS)
    if not answer.rows:
        raise NotYetError("Your query returns no row for a conversation that has six segments.")
    rows = _rows(answer)
    numbers = [one.segment for one in rows]
    for one in numbers:
        if one in _OTHERS:
            raise NotYetError(
                f"There are segments of {_OTHERS[one]}: ids are only told apart by tenant and conversation."
            )
    if missing := sorted({one.segment for one in EXPECTED} - set(numbers)):
        said = "Segments are missing: the open one and archived ones belong to the conversation, too."
        raise NotYetError(said, [f"missing: {', '.join(map(str, missing))}"])
    if len(numbers) > len(EXPECTED):
        raise NotYetError("Segments come more than once.", [f"yours: {', '.join(map(str, numbers))}"])
    _values(rows)
    _order(rows)


def _values(rows: Sequence[Row]) -> None:
    wanted = {one.segment: one for one in EXPECTED}
    for row in rows:
        right = wanted[row.segment]
        told = [f"segment {row.segment}: priority {row.priority:g} = {' + '.join(f'{part:g}' for part in row.parts)}?"]
        if _differs([row.priority], [right.priority]):
            raise NotYetError("A priority is not what holds now: what users said of its turns counts, too.", told)
        if row.pinned != right.pinned:
            raise NotYetError("A segment is pinned when one of its turns is, and only then.", told)
        if _differs([sum(row.parts)], [row.priority]):
            raise NotYetError("The three parts do not add up to the priority: points are on a scale of log2.", told)
        if _differs(row.parts, right.parts):
            raise NotYetError("The parts add up, but they are not what the columns say.", told)


def _order(rows: Sequence[Row]) -> None:
    order = [one.segment for one in rows]
    right = [one.segment for one in EXPECTED]
    told = [f"yours: {', '.join(map(str, order))}; right: {', '.join(map(str, right))}"]
    ranked = [one.segment for one in sorted(rows, key=lambda one: one.rank)]
    if [one.rank for one in rows] != sorted(one.rank for one in rows) and ranked == right:
        raise NotYetError("The ranks are right, but the rows do not come in their order.", told)
    if order in (sorted(right), sorted(right, reverse=True)):
        raise NotYetError("The rows come by time: the highest priority comes first, whenever it was said.", told)
    if order[0] != right[0]:
        raise NotYetError("The pinned segment comes first, whatever its priority.", told)
    if order != right or [one.rank for one in rows] != [one.rank for one in EXPECTED]:
        as_high = set(order[2:4]) == set(right[2:4])
        said = "Two segments are as high as each other: the newer one comes first, and no rank is given twice."
        raise NotYetError(said if as_high else "The rows do not come in the order of their priority.", told)
