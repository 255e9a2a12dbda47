"""How the text of an environment variable becomes a value: strictly, or not at all."""

import ipaddress
import math
import re
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_FLAGS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}

FLAG = "true or false"
DURATION = "a duration such as 24h, 30m, 10s or 500ms, or plain seconds"
MILLISECONDS = "a duration such as 10s or 500ms, or plain milliseconds"
WHOLE = "a whole number"


def parse_flag(value: Any) -> bool:
    """True or false, written as true/false, yes/no, on/off or 1/0.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> parse_flag("on"), parse_flag("False")
    (True, False)
    """
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"expected {FLAG}")
    return found


def parse_duration(value: Any) -> float:
    """Seconds from text such as ``24h``, ``1h30m``, ``500ms``, or from plain seconds.

    Raises
    ------
    ValueError
        For anything else, negative and non-finite numbers included.

    Examples
    --------
    >>> parse_duration("24h"), parse_duration("1h30m"), parse_duration("500ms"), parse_duration("2.5")
    (86400.0, 5400.0, 0.5, 2.5)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value) and value >= 0:
            return float(value)
        raise ValueError(f"expected {DURATION}")
    text = str(value).strip().lower()
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DURATION.fullmatch(text):
        return math.fsum(float(number) * _UNITS_S[unit] for number, unit in _DURATION_PART.findall(text))
    raise ValueError(f"expected {DURATION}")


def parse_milliseconds(value: Any) -> int:
    """Milliseconds from text such as ``10s`` or ``500ms``, or from plain milliseconds.

    Raises
    ------
    ValueError
        For anything else, and for a part of a millisecond.

    Examples
    --------
    >>> parse_milliseconds("10s"), parse_milliseconds("1500")
    (10000, 1500)
    """
    text = str(value).strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        milliseconds = parse_duration(text) * 1000
    except ValueError:
        raise ValueError(f"expected {MILLISECONDS}") from None
    if _NUMBER.fullmatch(text) or not milliseconds.is_integer():
        raise ValueError(f"expected {MILLISECONDS}")
    return int(milliseconds)


def parse_whole(value: Any) -> int:
    """A whole number, without underscores, exponents or a decimal point.

    Raises
    ------
    ValueError
        For anything else.
    """
    if isinstance(value, bool) or not _WHOLE.fullmatch(str(value).strip()):
        raise ValueError(f"expected {WHOLE}")
    return int(str(value))


Flag = Annotated[bool, BeforeValidator(parse_flag)]
Duration = Annotated[float, BeforeValidator(parse_duration)]
Milliseconds = Annotated[int, BeforeValidator(parse_milliseconds)]
Whole = Annotated[int, BeforeValidator(parse_whole)]


def split_url(value: str) -> SplitResult:
    """The parts of a URL, its port checked.

    Raises
    ------
    ValueError
        Without a scheme or a host, or with a port that is not a number below 65536.
    """
    parts = urlsplit(value)
    if not parts.scheme or not parts.hostname or parts.port == 0:
        raise ValueError("expected scheme://host[:port]")
    return parts


def join_host(host: str, port: int | str) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def mask_url(text: str) -> str:
    """The same text without the account and password of any URL in it.

    Examples
    --------
    >>> mask_url("postgresql://ann:pw@db:5432/x")
    'postgresql://***@db:5432/x'
    """
    return re.sub(r"(://)[^/\s]*@", r"\1***@", text)


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
