"""Resolve every setting once, remembering where each value came from.

Precedence, highest first: explicit argument, environment, ``.env``, profile, the local stack's
``connections.json``, default.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ValidationError

from workbench.errors import SettingsError
from workbench.settings.schema import Section, Settings

CONNECTIONS_FILE = "connections.json"
"""Written by the local stack into WORKBENCH_HOME, mode 0600: environment names -> values."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from."""

    env: str
    path: str
    source: str


def names(model: type[BaseModel] = Settings, prefix: str = "") -> dict[str, str]:
    """Environment name -> dotted path of the field, for every setting."""
    found: dict[str, str] = {}
    for field, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            found |= names(info.annotation, f"{prefix}{field}.")
        else:
            extra = info.json_schema_extra
            found[str(extra["env"] if isinstance(extra, dict) else field)] = f"{prefix}{field}"
    return found


def default_home() -> Path:
    """The folder for servers, data and keys when nothing else is said."""
    return Path(platformdirs.user_data_dir("bigdata-workbench"))


def connections(home: Path) -> dict[str, str]:
    """What the local stack says about its own addresses and keys; empty when there is none."""
    try:
        return {str(k): str(v) for k, v in json.loads((home / CONNECTIONS_FILE).read_text()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{home / CONNECTIONS_FILE} cannot be read ({error}); run: workbench up") from error


def load_settings(environ: Mapping[str, str] | None = None, **explicit: Any) -> Settings:
    """All settings.

    Parameters
    ----------
    environ : mapping, optional
        Instead of the process's environment.
    **explicit
        Values by environment name; they win over everything else.

    Raises
    ------
    SettingsError
        For an unknown name or a value that does not parse.
    """
    env = dict(os.environ if environ is None else environ)
    home = Path(explicit.get("WORKBENCH_HOME") or env.get("WORKBENCH_HOME") or default_home()).absolute()
    known = names()
    values: dict[str, Any] = {
        **connections(home),
        **{k: v for k, v in env.items() if k in known and v != ""},
        **explicit,
    }
    values["WORKBENCH_HOME"] = home
    nested: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"unknown setting {name}")
        target, parts = nested, known[name].split(".")
        for part in parts[:-1]:
            target = target.setdefault(part, {})
        target[parts[-1]] = value
    try:
        return Settings.model_validate(nested)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}, got {first['input']!r}") from error
