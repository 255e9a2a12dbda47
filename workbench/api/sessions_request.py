"""What is asked about sessions over HTTP, checked before anybody is asked (pure)."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from starlette.datastructures import QueryParams

from workbench.api.chat_request import Identifier
from workbench.api.errors import Refusal

EXPECTED_HEADER = "x-expected-sequence"
SEQUENCE_HEADER = "x-conversation-sequence"

Place = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
B = TypeVar("B", bound=msgspec.Struct)


class SessionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to store with a session. Without `state` the stored one stays; `status` closed ends it, active reopens it.

    With `expected_version` it is stored only if that is the stored version; 0 means that there is none yet.
    """

    user: Identifier | None = None
    state: dict[str, Any] | None = None
    status: str = "active"
    expected_version: Place | None = None


class ResumeBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on: by default in the conversation in which something was last said."""

    user: Identifier | None = None
    conversation_id: Identifier | None = None


class ConsentBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the user's other conversations may be searched."""

    cross_session_recall: bool
    user: Identifier | None = None


class RecallBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to what the user said in other conversations than `conversation_id`."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    user: Identifier | None = None
    conversation_id: Identifier | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 8


def converted(value: Any, body: type[B]) -> B:
    """A decoded body as a checked one.

    Raises
    ------
    Refusal
        400 that names the field, what was expected and what was there.
    """
    try:
        return msgspec.convert(value, body)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        param = path.strip("`").removeprefix("$.") or None
        raise Refusal(400, f"{param or 'the request'}: {what}", code="invalid_value", param=param) from error


def identifier(name: str, text: str | None) -> str | None:
    """A checked id from the address or the query string.

    Raises
    ------
    Refusal
        400 that names it.
    """
    try:
        return msgspec.convert(text, Identifier | None)
    except msgspec.ValidationError as error:
        raise Refusal(400, f"{name}: {error}", code="invalid_value", param=name) from error


def user_of(query: QueryParams) -> str | None:
    """The user whom a request is about, by the query string."""
    return identifier("user", query.get("user"))


def expected_sequence_of(headers: Mapping[str, str]) -> int | None:
    """The last number of the conversation that the client knows of; None when it does not say.

    Raises
    ------
    Refusal
        400 when it is no whole number.

    Examples
    --------
    >>> expected_sequence_of({"x-expected-sequence": "12"}), expected_sequence_of({})
    (12, None)
    """
    given = headers.get(EXPECTED_HEADER)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        raise Refusal(
            400,
            f"{EXPECTED_HEADER}: {given[:50]!r} is not a whole number from 0; send the last sequence that you know of",
            code="invalid_value",
            param=EXPECTED_HEADER,
        )
    return int(given)
