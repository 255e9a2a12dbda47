"""What is asked of the stored context over HTTP, checked before anybody is asked (pure)."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from workbench.api.chat_request import Identifier
from workbench.api.errors import Refusal
from workbench.context.compression import Strategy, strategy_of
from workbench.errors import UsageError

DEFAULT_REPLAY_TOKENS = 4_000
"""HelixAgent's default, also where a request says 0."""

MOST_REPLAY_TOKENS = 1_000_000
"""The largest window there is; nothing is made that no model can read."""


class ReplayBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A conversation within a budget. `compression_strategy`: window, entity, full, hybrid, or their long names."""

    conversation_id: Identifier
    max_tokens: Annotated[int, msgspec.Meta(ge=0, le=MOST_REPLAY_TOKENS)] = DEFAULT_REPLAY_TOKENS
    compression_strategy: Annotated[str, msgspec.Meta(max_length=50)] = ""
    query: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """A checked request for a replay."""

    conversation_id: str
    max_tokens: int
    strategy: Strategy
    query: str


def parse_replay(value: Any, *, default_strategy: str) -> Replay:
    """Check a decoded body.

    Parameters
    ----------
    value : object
    default_strategy : str
        Where the request names none: ``BIGDATA_CONTEXT_COMPRESSION_TYPE``.

    Raises
    ------
    Refusal
        400 that names the field, what was expected and what was there.

    Examples
    --------
    >>> parse_replay({"conversation_id": "c", "max_tokens": 0}, default_strategy="entity")
    Replay(conversation_id='c', max_tokens=4000, strategy='entity_graph', query='')
    """
    try:
        body = msgspec.convert(value, ReplayBody)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        param = path.strip("`").removeprefix("$.") or None
        raise Refusal(400, f"{param or 'the request'}: {what}", code="invalid_value", param=param) from error
    try:
        strategy = strategy_of(body.compression_strategy or default_strategy)
    except UsageError as error:
        raise Refusal(400, str(error), code="invalid_value", param="compression_strategy") from error
    return Replay(body.conversation_id, body.max_tokens or DEFAULT_REPLAY_TOKENS, strategy, body.query)
