"""Numbers and names as people read them, and safe inside a figure."""

import html
import math
from datetime import date, datetime, timedelta
from typing import Any

LABEL_LENGTH = 40
"""Characters of a label in a figure; longer ones are cut, the hover text keeps more."""


def label(value: object, *, length: int = LABEL_LENGTH) -> str:
    """A name for a figure: Plotly reads tags and entities in text, and names come from strangers.

    Examples
    --------
    >>> label("<b>x</b>")
    '&lt;b&gt;x&lt;/b&gt;'
    >>> label("abcdef", length=4)
    'abc…'
    """
    text = " ".join(str(value).split())
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return html.escape(cut, quote=False).replace("$", "&#36;")  # a pair of $ would start TeX


def number(value: float | int) -> str:
    """A number with as many digits as it is worth.

    Examples
    --------
    >>> number(1234567), number(0.123456), number(12.3456), number(0.00004217)
    ('1,234,567', '0.123', '12.3', '4.22e-05')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if size < 100 else f"{value:.1f}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count and its noun.

    Examples
    --------
    >>> plural(1, "mention"), plural(1200, "mention"), plural(2, "entity", "entities")
    ('1 mention', '1,200 mentions', '2 entities')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size_bytes(value: float) -> str:
    """Bytes in binary units.

    Examples
    --------
    >>> size_bytes(1536), size_bytes(12)
    ('1.5 KiB', '12 B')
    """
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def seconds(value: float) -> str:
    """A duration.

    Examples
    --------
    >>> seconds(0.0123), seconds(4.21), seconds(95)
    ('12 ms', '4.2 s', '1 min 35 s')
    """
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


_MINUTES_S = 600.0  # moments that lie so near need thousandths to be told apart


def moment_text(value: datetime, *, spread_s: float) -> str:
    """A moment among others that lie within `spread_s` seconds: as fine as it takes to tell them apart.

    Examples
    --------
    >>> at = datetime(2026, 1, 31, 12, 0, 1, 250_000)
    >>> moment_text(at, spread_s=2), moment_text(at, spread_s=86_400)
    ('2026-01-31 12:00:01.250', '2026-01-31 12:00:01')
    """
    text = value.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{value.microsecond // 1000:03}" if spread_s < _MINUTES_S else text


def cell(value: Any) -> str:
    """One cell of a table; empty for a missing value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | timedelta):
        return str(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple):
        return ", ".join(cell(one) for one in value)
    return str(value)
