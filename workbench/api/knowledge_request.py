"""What is asked of the knowledge graph over HTTP, checked before anybody is asked (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from starlette.datastructures import QueryParams

from workbench.api.errors import Refusal

MOST_RELATED = 1_000
MOST_RESULTS = 100
DEFAULT_RELATED = 100

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class SearchBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A search. `filters` are texts ``name=value``: entity_type, conversation_id, min_mentions."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    entity_type: Name | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_RESULTS)] = 10
    filters: Annotated[list[Name], msgspec.Meta(max_length=20)] = []


@dataclass(frozen=True, slots=True)
class Search:
    """A checked search; all conditions must hold, an entity's type must be one of those named."""

    query: str
    limit: int
    entity_types: tuple[str, ...]
    conversation_id: str | None
    min_mentions: int


@dataclass(frozen=True, slots=True)
class Related:
    """A checked question for what is near an entity."""

    depth: int
    limit: int
    entity_types: tuple[str, ...]
    relationship_types: tuple[str, ...]
    min_confidence: float


def invalid(param: str, said: str) -> Refusal:
    """400 that names the parameter."""
    return Refusal(400, f"{param}: {said}", code="invalid_value", param=param)


def _number(name: str, text: str, kind: Callable[[str], float], low: float, high: float) -> float:
    try:
        value = kind(text) if text.isascii() and "_" not in text else None
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        what = "a whole number" if kind is int else "a number"
        raise invalid(name, f"{text[:50]!r} is not {what} from {low:g} to {high:g}")
    return value


def _last(query: QueryParams, name: str, default: str) -> str:
    given = query.getlist(name)
    if len(given) > 1:
        raise invalid(name, "it is given more than once")
    return given[0] if given else default


_RELATED = {"max_depth", "limit", "entity_type", "relationship_type", "min_confidence"}


def parse_related(query: QueryParams) -> Related:
    """Check a query string.

    Raises
    ------
    Refusal
        400 that names the parameter, what was there and what will do; also for a name that is not known.

    Examples
    --------
    >>> parse_related(QueryParams("max_depth=3&entity_type=database")).depth
    3
    >>> parse_related(QueryParams("max_depth=6"))
    Traceback (most recent call last):
    workbench.api.errors.Refusal: 400: max_depth: '6' is not a whole number from 1 to 5
    """
    for name in query:
        if name not in _RELATED:
            raise invalid(name[:50], f"there is no such parameter; there are: {', '.join(sorted(_RELATED))}")
    return Related(
        depth=int(_number("max_depth", _last(query, "max_depth", "1"), int, 1, 5)),
        limit=int(_number("limit", _last(query, "limit", str(DEFAULT_RELATED)), int, 1, MOST_RELATED)),
        entity_types=tuple(query.getlist("entity_type")),
        relationship_types=tuple(query.getlist("relationship_type")),
        min_confidence=_number("min_confidence", _last(query, "min_confidence", "0"), float, 0, 1),
    )


_FILTERS = {"entity_type", "conversation_id", "min_mentions"}


def parse_search(value: Any) -> Search:
    """Check a decoded body.

    Raises
    ------
    Refusal
        400 that names the field, what was expected and what was there; also for a filter that is not known, because
        an answer that ignores one is a wrong answer.

    Examples
    --------
    >>> parse_search({"query": "kafka", "filters": ["min_mentions=2"]}).min_mentions
    2
    """
    try:
        body = msgspec.convert(value, SearchBody)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        param = path.strip("`").removeprefix("$.") or None
        raise Refusal(400, f"{param or 'the request'}: {what}", code="invalid_value", param=param) from error
    types: set[str] = {body.entity_type} if body.entity_type else set()
    found: dict[str, str] = {}
    for number, text in enumerate(body.filters):
        name, equals, wanted = text.partition("=")
        if name not in _FILTERS or not equals or not wanted:
            choice = ", ".join(f"{one}=…" for one in sorted(_FILTERS))
            raise invalid(f"filters[{number}]", f"{text[:50]!r} is no filter; there are: {choice}")
        if name in found:
            raise invalid(f"filters[{number}]", f"{name} is given more than once")
        found[name] = wanted
    if "entity_type" in found:
        types = types & {found["entity_type"]} if types else {found["entity_type"]}
        if not types:
            raise invalid("filters", f"entity_type is {body.entity_type!r} and {found['entity_type']!r}; name one")
    least = int(_number("filters min_mentions", found.get("min_mentions", "0"), int, 0, 2**31))
    return Search(body.query, body.limit, tuple(sorted(types)), found.get("conversation_id"), least)
