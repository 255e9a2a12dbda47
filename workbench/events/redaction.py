"""Take e-mail addresses, phone numbers, keys and tokens out of texts and bodies before they become events (pure).

``mask`` leaves ``[email]``, ``[phone]`` or ``[key]``; ``hash`` leaves ``[email:3f2a…]``, equal for equal
values of one installation, so that they can still be counted and joined.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Mode = Literal["off", "mask", "hash"]

HASH_DIGITS = 16
"""Hexadecimal digits of a keyed hash: 64 bits keep a million values apart; without its key it cannot be guessed."""

# Every pattern is anchored or bounded, so that five megabytes of one letter cost linear time.
_KEYS = re.compile(
    r"""(?x)
    -----BEGIN[ ][A-Z ]{0,40}PRIVATE[ ]KEY-----[\s\S]{1,8000}?-----END[ ][A-Z ]{0,40}PRIVATE[ ]KEY-----
    | (?<![A-Za-z0-9]) (?:
        sk-[A-Za-z0-9_-]{16,} | (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}
        | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{16,}
        | xox[abeoprs]-[A-Za-z0-9-]{10,} | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[\w-]{30,}
        | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{20,} | pypi-[\w-]{20,} | SG\.[\w-]{10,}\.[\w-]{10,}
        | gsk_[A-Za-z0-9]{20,} | eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*
      )
    """
)
_NAMED = re.compile(
    r"(?i)(\b(?:api[_ -]?key|access[_ -]?key|secret[_ -]?key|auth[_ -]?token|access[_ -]?token|token|secret|password"
    r"|passwd|pwd)\b[\"']?\s{0,3}(?:[:=]|is)\s{0,3}[\"']?|\bbearer\s{1,3}|://[^/\s:@]{1,64}:)"
    r"((?=[^\s\"',;]{0,200}[\d_!@#$%^&*+/=-])[^\s\"',;@]{8,200})"
)
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(
    r"""(?x)
    (?<![\w.+/:-]) (?:
        (?:\+|00)[1-9]\d{0,2} (?:[ .\-/]?\(?\d{1,5}\)?){2,6}    # international
        | \(\d{3,5}\)[ -]?\d{3,4}[ .\-]?\d{3,4}                 # (555) 123-4567
        | (?:1[ .\-])?\d{3}[ .\-]\d{3}[ .\-]\d{4}               # 555-123-4567
        | 0\d{2,4}[ /\-]\d{3,4}[ \-]?\d{3,5}                    # 030 5550 1234
      ) (?![\w:/-]|\.\d)
    """
)
_CALLED = re.compile(r"(?i)(\b(?:call|phone|tel|mobile|cell|whatsapp|text me)\b[^\d\n+]{0,24})(\+?\d{9,15})(?!\d)")


@dataclass(frozen=True, slots=True)
class Redactor:
    """Applies one policy.

    Parameters
    ----------
    mode : {"off", "mask", "hash"}
    key : bytes
        Secret of the installation; for ``hash``.

    Examples
    --------
    >>> Redactor("mask").text("write to a.khan@lumen.example or call +49 30 5550 1234")
    'write to [email] or call [phone]'
    >>> Redactor("off").text("a.khan@lumen.example")
    'a.khan@lumen.example'
    """

    mode: Mode
    key: bytes = b""

    def _mark(self, kind: str) -> Callable[[str], str]:
        if self.mode == "mask":
            return lambda _value: f"[{kind}]"
        return lambda value: (
            f"[{kind}:{hmac.new(self.key, value.encode(errors='replace'), hashlib.sha256).hexdigest()[:HASH_DIGITS]}]"
        )

    def text(self, text: str) -> str:
        """The text without what the policy takes out; the same object when there is nothing."""
        if self.mode == "off":
            return text
        key, email, phone = self._mark("key"), self._mark("email"), self._mark("phone")
        text = _KEYS.sub(lambda found: key(found[0]), text)
        text = _NAMED.sub(lambda found: found[1] + key(found[2]), text)
        if "@" in text:
            text = _EMAIL.sub(lambda found: email(found[0].lower()), text)
        text = _PHONE.sub(
            lambda found: phone(_digits(found[0])) if 8 <= len(_digits(found[0])) <= 15 else found[0], text
        )
        return _CALLED.sub(lambda found: found[1] + phone(_digits(found[2])), text)

    def body(self, body: bytes) -> bytes:
        """A request's or response's bytes after the policy; unchanged when there is nothing to take out.

        Strings inside JSON are treated one by one and the JSON is written anew; of a stream of
        server-sent events each event is. Anything else is treated as one text.
        """
        if self.mode == "off":
            return body
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._plain(body)
        found = self._walk(value)
        return body if found == value else msgspec.json.encode(found)

    def _plain(self, body: bytes) -> bytes:
        if body.lstrip().startswith(b"data:"):
            return b"".join(self._line(line) for line in body.splitlines(keepends=True))
        text = body.decode("latin-1")  # the patterns are ASCII, and every byte comes back as it was
        return self.text(text).encode("latin-1")

    def _line(self, line: bytes) -> bytes:
        head, colon, data = line.partition(b":")
        content = data.strip()
        if head != b"data" or not content or content == b"[DONE]":
            return line
        end = line[len(line.rstrip(b"\r\n")) :]
        return head + colon + b" " + self.body(content) + end

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._walk(one) for one in value]
        if isinstance(value, dict):
            return {name: self._walk(one) for name, one in value.items()}
        return value


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
