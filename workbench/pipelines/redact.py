"""Apply the redaction policy to an event that a source has made, before it is taken in."""

import msgspec

from workbench.events.codec import decode_payload, encode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall, Message, MessageEdited, RawBody
from workbench.events.redaction import Redactor


def redacted(event: Event, redactor: Redactor) -> Event:
    """The event after the policy; the same object when there is nothing to take out.

    Its identity stays that of the source's bytes, so that an import under another policy changes nothing.
    """
    if redactor.mode == "off":
        return event
    payload = decode_payload(event)
    if isinstance(payload, Message | MessageEdited):
        kept: Message | MessageEdited | LlmCall = msgspec.structs.replace(payload, text=redactor.text(payload.text))
    elif isinstance(payload, LlmCall):
        request, response = _body(payload.request, redactor), _body(payload.response, redactor)
        kept = msgspec.structs.replace(payload, request=request, response=response)
    else:
        return event
    return event if kept == payload else msgspec.structs.replace(event, payload=msgspec.Raw(encode_payload(kept)))


def _body(body: RawBody | None, redactor: Redactor) -> RawBody | None:
    if body is None:
        return None
    content = body.content()
    kept = redactor.body(content)
    return body if kept == content else RawBody.of(kept, media_type=body.media_type)
