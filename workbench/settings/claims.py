"""Several names may set one thing: who wins, and when they are refused.

The name from the higher place wins, part by part. Two names in one place that disagree are refused:
guessing which of them was meant is how two sources of truth begin.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.errors import SettingsError
from workbench.settings import addresses
from workbench.settings.fields import by_path, names
from workbench.settings.provenance import Origin
from workbench.settings.sources import Layer
from workbench.settings.stores import SERVICE_NAMES
from workbench.settings.values import is_loopback, mask_url, parse_duration, parse_flag
from workbench.settings.vocabulary import FED

_WHOLE_ADDRESS = {address.path: address for address in addresses.ADDRESSES.values()}
_URL_EXPECTED = {
    "kafka": "[kafka://]host:port, comma-separated",
    "neo4j": "bolt[+s]://host:port",
    "clickhouse": "http[s]://[user:password@]host:port[/database]",
    "postgresql": "postgresql://[user:password@]host:port[/database][?sslmode=…]",
    "object_store": "http[s]://host:port",
}


_IDENTITY = (
    *(".host", ".port", ".scheme"),
    *(".user", ".username", ".password", ".sasl_username", ".sasl_password", ".access_key", ".secret_key"),
)
"""Where a server is and who we are there: whoever says one of these means a server of their own."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One name's word on one setting, or on one part of an address."""

    path: str
    value: Any
    name: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Resolved:
    """What is to be validated, where it came from, and whose address the user gave."""

    values: dict[str, Any]
    origins: dict[str, Origin]
    external: frozenset[str]


def _address_path(section: str) -> str:
    if section == "kafka":
        return addresses.BROKERS
    return addresses.ADDRESSES[section].path if section in addresses.ADDRESSES else section


def _fed(name: str, text: str) -> dict[str, Any]:
    if name == "BIGDATA_S3_BUCKET":
        return {"object_store.url": f"s3://{text}"}
    word, part = name.removeprefix("SVC_").rsplit("_", 1)
    section = SERVICE_NAMES[word]
    if part == "TIMEOUT":
        return {f"{section}.timeout_s": text}
    if part in {"HOST", "PORT"}:
        return {f"{_address_path(section)}.{part.lower()}": text}
    if section == "kafka":
        return dict(addresses.take_brokers_apart(text))
    if section in addresses.ADDRESSES:
        return dict(addresses.take_apart(addresses.ADDRESSES[section], text))
    return dict(addresses.take_server_apart(section, text))


def _said(name: str, value: Any) -> dict[str, Any]:
    path = names().get(name)
    if path == addresses.BROKERS:
        return dict(addresses.take_brokers_apart(str(value)))
    if path in _WHOLE_ADDRESS:
        return dict(addresses.take_apart(_WHOLE_ADDRESS[path], str(value)))
    return {path: value} if path is not None else _fed(name, str(value))


def _expected(name: str) -> str:
    if name in names():
        return by_path()[names()[name]].expected
    if name.endswith("_URL"):
        return _URL_EXPECTED[SERVICE_NAMES[name.removeprefix("SVC_").removesuffix("_URL")]]
    return "a host name without port" if name.endswith("_HOST") else "a port from 1 to 65535"


def _check_part(name: str, text: str) -> None:
    if name.endswith("_PORT") and not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise ValueError("port")
    if name.endswith("_HOST") and (not text or any(c in text for c in "/@,? ") or text.count(":") == 1):
        raise ValueError("host")


def _claims(layer: Layer) -> Iterator[Claim]:
    for name, value in layer.values.items():
        if name not in names() and name not in FED:
            continue
        try:
            if name.startswith("SVC_"):
                _check_part(name, str(value))
            said = _said(name, value)
        except ValueError as error:
            detail = f" ({error})" if str(error) not in {"host", "port"} else ""
            shown = mask_url(str(value))
            raise SettingsError(f"{name} is {shown!r} ({layer.source}); expected {_expected(name)}{detail}") from None
        for path, part in said.items():
            yield Claim(path, part, name, layer)


def _same(path: str, one: Any, other: Any) -> bool:
    left, right = str(one).strip(), str(other).strip()
    if path.endswith(".host"):
        return left.lower() == right.lower() or (is_loopback(left) and is_loopback(right))
    try:
        if path.endswith(".timeout_s"):
            return parse_duration(left) == parse_duration(right)
        if path.endswith(".secure"):
            return parse_flag(left) == parse_flag(right)
    except ValueError:
        return False
    return left == right


def _refuse(winner: Claim, other: Claim) -> SettingsError:
    field = by_path().get(winner.path)
    secret = field is not None and field.secret
    what = "" if secret else f" ({mask_url(str(winner.value))!r} and {mask_url(str(other.value))!r})"
    return SettingsError(
        f"{winner.name} and {other.name} ({winner.layer.source}) disagree on {winner.path}{what}; "
        "keep one of them, or make them equal"
    )


def _names_a_server(claim: Claim) -> str | None:
    section = claim.path.split(".", maxsplit=1)[0]
    if claim.layer.kind not in {"environment", "file", "profile"} or section not in SERVICE_NAMES.values():
        return None
    if claim.path == "object_store.url":
        return None if str(claim.value).startswith("s3://") else section
    return section if claim.path.endswith(_IDENTITY) else None


def _winners(claims: Iterable[Claim]) -> dict[str, Claim]:
    won: dict[str, Claim] = {}
    for claim in claims:
        winner = won.setdefault(claim.path, claim)
        if winner is not claim and winner.layer is claim.layer and not _same(claim.path, winner.value, claim.value):
            raise _refuse(winner, claim)
    return won


def _compose(won: dict[str, Claim]) -> Iterator[tuple[str, Any, list[Claim]]]:
    parts_of = {address.path: address for address in addresses.ADDRESSES.values()}
    for path in (addresses.BROKERS, *parts_of):
        given = {part: claim for part, claim in won.items() if part.startswith(f"{path}.")}
        if given:
            texts = {part: str(claim.value) for part, claim in given.items()}
            default = str(by_path()[path].default)
            if path == addresses.BROKERS:
                value = addresses.put_brokers_together(texts, default)
            else:
                value = addresses.put_together(parts_of[path], texts, default)
            yield path, value, list(given.values())
    for path, claim in won.items():
        if path in by_path():
            yield path, claim.value, [claim]


def resolve(layers: list[Layer]) -> Resolved:
    """One value per setting.

    Parameters
    ----------
    layers : list of Layer
        Highest first.

    Raises
    ------
    SettingsError
        For an address that cannot be taken apart, and for two names in one place that disagree.
    """
    claims = [claim for layer in layers for claim in _claims(layer)]
    external = frozenset(found for claim in claims if (found := _names_a_server(claim)) is not None)
    # The local stack's account and password belong to the local stack's server and go to no other.
    claims = [c for c in claims if not (c.layer.kind == "stack" and c.path.split(".", maxsplit=1)[0] in external)]
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for path, value, given in _compose(_winners(claims)):
        values[path] = value
        said_by = ", ".join(dict.fromkeys(claim.name for claim in given))
        origins[path] = Origin(said_by, path, ", ".join(dict.fromkeys(claim.layer.source for claim in given)))
    return Resolved(values, origins, external)
