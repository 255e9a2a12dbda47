"""How many tokens a content part that is not text takes, by each provider's published rule (pure).

============  =====================================  ============================  =======================
part          openai                                 anthropic                     gemini
============  =====================================  ============================  =======================
image         85, and 170 a tile of 512 x 512        width x height / 750          258 a tile of 768 x 768
audio         10 a second                            (not taken)                   32 a second
PDF           3,000 a page                           3,000 a page                  258 a page
text file     its text                               its text                      its text
============  =====================================  ============================  =======================

Where the size is not known (an address, an id), the most that one picture or page can take is counted: a
window that is planned too full is refused, one with a little room left is not.
Source: OpenAI, Images and vision; Anthropic, Vision and PDF support; Google, Understand and count tokens
(all as of 2025-06). Multipliers of single models (gpt-4o-mini bills 33 x) are not modelled.
"""

import re
from math import ceil

from workbench.catalogue.tokens import model_tokens
from workbench.context.parts import Part

TILE_PIXELS = 512
ANTHROPIC_MAX_TOKENS = 1_600
"""Anthropic scales a larger image down to about this."""

PAGE_TOKENS = 3_000
"""A page as its picture and its text: Anthropic gives 1,500 to 3,000."""

BYTES_PER_PAGE = 50_000
"""Bytes of a page in a file of another format (an office document)."""

AUDIO_BYTES_PER_S = 16_000
"""128 kbit/s, where no header says otherwise."""

OTHER_TOKENS = 1_000
"""A part of a kind that nobody publishes a rule for."""


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header of a PNG, GIF, JPEG or WebP; None for anything else.

    Examples
    --------
    >>> image_size(b"GIF89a" + bytes([64, 1, 240, 0])), image_size(b"nothing")
    ((320, 240), None)
    """
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return _webp_size(content)
    return _jpeg_size(content) if content[:2] == b"\xff\xd8" else None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a start of frame
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        # A segment says its own length, of at least its two bytes: the walk always ends.
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None


def part_tokens(part: Part, model: str = "", *, provider: str = "openai") -> int:
    """Tokens of a part, at least 1.

    Parameters
    ----------
    part : Part
    model : str
        For the tokens of a text file.
    provider : str
        Whose rule: ``anthropic``, ``gemini`` (or ``google``); every other counts by OpenAI's.

    Examples
    --------
    A picture of 1,024 x 1,024 is scaled to 768 x 768: four tiles, 85 + 4 * 170.

    >>> png = b"\\x89PNG\\r\\n\\x1a\\n" + bytes(8) + (1024).to_bytes(4) + (1024).to_bytes(4)
    >>> part_tokens(Part("image", "image/png", png)), part_tokens(Part("image", detail="low"))
    (765, 85)
    """
    if part.kind == "image":
        return _image(part, provider)
    if part.kind == "audio":
        return max(1, ceil(_seconds(part.content) * (32 if provider in ("gemini", "google") else 10)))
    if part.kind == "file":
        return _file(part, model, provider)
    return OTHER_TOKENS


def _image(part: Part, provider: str) -> int:
    width, height = image_size(part.content) or (0, 0)
    if provider == "anthropic":
        return min(ANTHROPIC_MAX_TOKENS, ceil(width * height / 750)) or ANTHROPIC_MAX_TOKENS
    if provider in ("gemini", "google"):
        small = 0 < max(width, height) <= 384
        return 258 if small else 258 * (min(64, ceil(width / 768) * ceil(height / 768)) or 4)
    if part.detail == "low":
        return 85
    if not width or not height:
        width, height = 2_048, 768
    # Into a square of 2,048, then the shorter side down to 768.
    scale = min(1.0, 2_048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    return 85 + 170 * ceil(width * scale / TILE_PIXELS) * ceil(height * scale / TILE_PIXELS)


def _seconds(content: bytes) -> float:
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE" and len(content) >= 32:
        rate = int.from_bytes(content[28:32], "little")
        return len(content) / (rate or AUDIO_BYTES_PER_S)
    return len(content) / AUDIO_BYTES_PER_S


def _file(part: Part, model: str, provider: str) -> int:
    page = 258 if provider in ("gemini", "google") else PAGE_TOKENS
    if part.content[:5] == b"%PDF-":
        return page * max(1, len(re.findall(rb"/Type\s{0,4}/Page(?![s\w])", part.content)))
    if part.media_type.startswith("text/"):
        return max(1, model_tokens(part.content.decode("utf-8", "replace"), model))
    return page * max(1, ceil(len(part.content) / BYTES_PER_PAGE))
