"""What there is to set: one description per field, read off the models once."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from workbench.settings import values
from workbench.settings.schema import Settings
from workbench.settings.stores import SERVICE_NAMES, Section, Service

_KINDS = {
    values.parse_flag: values.FLAG,
    values.parse_duration: values.DURATION,
    values.parse_milliseconds: values.MILLISECONDS,
    values.parse_whole: values.WHOLE,
}
_MASK = "********"


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting.

    Parameters
    ----------
    env : str
        Name of the environment variable.
    path : str
        Dotted path in `Settings`, e.g. ``kafka.bootstrap_servers``.
    default : object
        Value when nothing sets it.
    doc : str
        Meaning and unit.
    expected : str
        What a value must look like.
    secret : bool
        Whether its value is never shown.
    """

    env: str
    path: str
    default: Any
    doc: str
    expected: str
    secret: bool

    def show(self, value: Any) -> str:
        """The value as text that may be printed: secrets and credentials in URLs masked."""
        if value is None:
            return ""
        if isinstance(value, SecretStr):
            return _MASK if value.get_secret_value() else ""
        if self.secret:
            return _MASK if value != "" else ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return values.mask_url(str(value))


def _limits(info: FieldInfo) -> str:
    low = high = ""
    for limit in info.metadata:
        if (ge := getattr(limit, "ge", None)) is not None:
            low = f"at least {ge}"
        if (gt := getattr(limit, "gt", None)) is not None:
            low = f"above {gt}"
        if (le := getattr(limit, "le", None)) is not None:
            high = f"at most {le}"
    return ", ".join(part for part in (low, high) if part)


def _expected(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    if isinstance(extra, dict) and extra.get("expect"):
        return str(extra["expect"])
    if get_origin(info.annotation) is Literal:
        return "one of " + ", ".join(map(str, get_args(info.annotation)))
    kind = next((_KINDS[f] for part in info.metadata if (f := getattr(part, "func", None)) in _KINDS), "")
    if not kind and Path in (info.annotation, *get_args(info.annotation)):
        kind = "a path"
    kind = kind or ("a number" if info.annotation is float else "text")
    for limit in info.metadata:
        if (pattern := getattr(limit, "pattern", None)) is not None:
            kind = f"text matching {pattern}"
    limits = _limits(info)
    return f"{kind}, {limits}" if limits else kind


def _walk(model: type[BaseModel], prefix: str) -> list[SettingField]:
    found: list[SettingField] = []
    service = {section: word for word, section in SERVICE_NAMES.items()}
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            found += _walk(info.annotation, f"{path}.")
            continue
        if issubclass(model, Service):
            env = f"SVC_{service[prefix.split('.')[1]]}_{name.upper()}"
        else:
            assert isinstance(info.json_schema_extra, dict)  # noqa: S101  every other field is made by `setting`
            env = str(info.json_schema_extra["env"])
        secret = info.annotation is SecretStr
        found.append(SettingField(env, path, info.default, info.description or "", _expected(info), secret))
    return found


@lru_cache(maxsize=1)
def all_fields() -> tuple[SettingField, ...]:
    """Every setting, in the order of the schema."""
    return tuple(_walk(Settings, ""))


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Environment name -> dotted path of the field, for every setting."""
    return {field.env: field.path for field in all_fields()}


@lru_cache(maxsize=1)
def by_path() -> dict[str, SettingField]:
    """Dotted path -> setting."""
    return {field.path: field for field in all_fields()}


def value_at(settings: Settings, path: str) -> Any:
    """The value at a dotted path."""
    value: Any = settings
    for part in path.split("."):
        value = getattr(value, part)
    return value
