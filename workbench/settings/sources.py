"""The places that values are read from, highest first."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs
import yaml
from dotenv import dotenv_values

from workbench.errors import SettingsError
from workbench.settings.fields import by_path
from workbench.settings.provenance import ARGUMENT, ENVIRONMENT

CONNECTIONS_FILE = "connections.json"
"""Written by the local stack into WORKBENCH_HOME, mode 0600: environment names -> values."""

STACK = "local stack"
PROFILES = ("development", "production")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OWN = ("BIGDATA_", "WORKBENCH_", "SVC_")


@dataclass(frozen=True, slots=True)
class Layer:
    """Values by environment name from one place.

    Parameters
    ----------
    source : str
        What the place is called to the user.
    values : dict
        Environment name -> value; empty text is left out, except in arguments.
    kind : {"argument", "environment", "file", "profile", "stack"}
    """

    source: str
    values: dict[str, Any]
    kind: str


def default_home() -> Path:
    """The folder for servers, data and keys when nothing else is said."""
    return Path(platformdirs.user_data_dir("bigdata-workbench"))


def profiles_folder() -> Path:
    """The folder of profile files: at the root of a checkout, inside the package in a wheel.

    Raises
    ------
    SettingsError
        When neither is there.
    """
    package = Path(__file__).parent.parent
    for folder in (package.parent / "configs", package / "profile_files"):
        if (folder / "development.yaml").is_file():
            return folder
    raise SettingsError(f"no configs/development.yaml beside or inside {package}; reinstall the package")


def connections(home: Path) -> dict[str, str]:
    """What the local stack says about its own addresses and keys; empty when there is none.

    Raises
    ------
    SettingsError
        When the file is there and cannot be read.
    """
    path = home / CONNECTIONS_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); run: workbench up") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{path} is not an object of names and values; run: workbench up")
    return {str(name): str(value) for name, value in found.items()}


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name.startswith(_OWN) and value not in (None, "")}


def _dotenv(path: Path) -> Layer | None:
    if not path.is_file():
        return None
    try:
        # Without interpolation: a password may hold a dollar sign.
        values = dotenv_values(path, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error})") from error
    return Layer(str(path), _own(values), "file")


def _flatten(found: Any, prefix: str, path: Path) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in found.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flatten(value, f"{dotted}.", path)
        elif dotted not in by_path():
            raise SettingsError(f"{path}: unknown setting {dotted}; the names are in docs/settings.md")
        elif by_path()[dotted].secret:
            raise SettingsError(f"{path}: {dotted} is a secret; give it as {by_path()[dotted].env} instead")
        elif dotted in {"home", "profile"}:
            raise SettingsError(f"{path}: {dotted} cannot be set in a profile; use {by_path()[dotted].env}")
        elif value is not None:
            flat[by_path()[dotted].env] = value
    return flat


@lru_cache(maxsize=8)
def _parse_profile(path: Path, modified_ns: int, size: int) -> dict[str, Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506  a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({' '.join(str(error).split())})") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{path} is not a mapping of sections")
    return _flatten(found, "", path)


def profile_layer(name: str) -> Layer:
    """The values of ``configs/<name>.yaml``.

    Raises
    ------
    SettingsError
        When there is no such profile, or its file holds an unknown name or a secret.
    """
    if name not in PROFILES:
        raise SettingsError(f"WORKBENCH_PROFILE is {name!r}; expected one of {', '.join(PROFILES)}")
    path = profiles_folder() / f"{name}.yaml"
    try:
        state = path.stat()
    except FileNotFoundError:
        raise SettingsError(f"{path} is missing; reinstall the package") from None
    return Layer(f"configs/{name}.yaml", dict(_parse_profile(path, state.st_mtime_ns, state.st_size)), "profile")


def read_layers(environ: Mapping[str, str] | None, directory: Path | None, explicit: dict[str, Any]) -> list[Layer]:
    """Every place, highest first: arguments, environment, ``.env`` here, ``.env`` at home, profile, local stack.

    ``WORKBENCH_HOME`` and ``WORKBENCH_PROFILE`` decide which files are read, so they are settled on the way.
    """
    layers = [
        Layer(ARGUMENT, {name: value for name, value in explicit.items() if value is not None}, "argument"),
        Layer(ENVIRONMENT, _own(os.environ if environ is None else environ), "environment"),
    ]
    here = ((directory or Path.cwd()) / ".env").absolute()
    if (found := _dotenv(here)) is not None:
        layers.append(found)
    home = Path(_first(layers, "WORKBENCH_HOME") or default_home()).expanduser().absolute()
    at_home = home / ".env"
    if at_home != here and (found := _dotenv(at_home)) is not None:
        if "WORKBENCH_HOME" in found.values:
            raise SettingsError(f"{at_home}: WORKBENCH_HOME cannot be set in the folder that it names")
        layers.append(found)
    layers.append(profile_layer(str(_first(layers, "WORKBENCH_PROFILE") or "development")))
    layers.append(Layer(STACK, {"WORKBENCH_HOME": home, **connections(home)}, "stack"))
    return layers


def _first(layers: list[Layer], name: str) -> Any:
    return next((layer.values[name] for layer in layers if name in layer.values), None)
