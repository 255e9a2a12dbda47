"""Values that payloads have in common: bounded numbers, scalars, and bytes kept exactly."""

import base64
import hashlib
from typing import Annotated

import msgspec

Tokens = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0)]
Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]

Scalar = str | int | float | bool | None
Properties = dict[str, Scalar]
"""What a fact carries beyond the fields that this version knows: names and scalars."""


class RawBody(msgspec.Struct, frozen=True, gc=False):
    """Bytes of a request or response, kept exactly: as text when they are UTF-8, else as base64.

    `sha256` and `size_bytes` are of the bytes, so that every reader can verify them.
    """

    sha256: str
    size_bytes: int
    text: str | None = None
    base64: str | None = None
    media_type: str = "application/json"

    @classmethod
    def of(cls, body: bytes, *, media_type: str = "application/json") -> "RawBody":
        """Wrap bytes.

        Examples
        --------
        >>> RawBody.of(b"caf\\xc3\\xa9").content().decode()
        'café'
        >>> RawBody.of(b"\\xff\\x00").content()
        b'\\xff\\x00'
        """
        digest, size = hashlib.sha256(body).hexdigest(), len(body)
        try:
            return cls(sha256=digest, size_bytes=size, text=body.decode(), media_type=media_type)
        except UnicodeDecodeError:
            encoded = base64.b64encode(body).decode("ascii")
            return cls(sha256=digest, size_bytes=size, base64=encoded, media_type=media_type)

    def content(self) -> bytes:
        """The bytes, byte for byte as they were recorded."""
        return self.text.encode() if self.text is not None else base64.b64decode(self.base64 or "")
