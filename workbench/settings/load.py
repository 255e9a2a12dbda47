"""Resolve every setting once, remembering where each value came from.

Precedence, highest first: explicit argument, environment, ``.env`` in the current directory, ``.env`` in
WORKBENCH_HOME, profile, the local stack's ``connections.json``, default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.errors import SettingsError
from workbench.settings.claims import Resolved, resolve
from workbench.settings.fields import by_path, names
from workbench.settings.production import check_production
from workbench.settings.provenance import DEFAULT, Origin, Provenance
from workbench.settings.schema import Settings
from workbench.settings.sources import CONNECTIONS_FILE, Layer, connections, default_home, read_layers
from workbench.settings.vocabulary import check_names, valid_names

__all__ = ["CONNECTIONS_FILE", "connections", "default_home", "load_settings", "names"]

_COMPONENT_OF = {
    "neo4j": "knowledge_graph",
    "clickhouse": "analytics",
    "postgresql": "infinite_context",
    "object_store": "data_lake",
}
_SHOWN_PROBLEMS = 5


def _nest(values: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, value in values.items():
        *sections, field = path.split(".")
        target = nested
        for section in sections:
            target = target.setdefault(section, {})
        target[field] = value
    return nested


def _sentence(path: str, value: Any, reason: str, origin: Origin | None) -> str:
    field = by_path()[path]
    name, source = (origin.env, origin.source) if origin is not None else (field.env, DEFAULT)
    detail = reason.removeprefix("Value error, ")
    detail = f" ({detail})" if reason != detail and not detail.startswith("expected") else ""
    return f"{name} is {field.show(value)!r} ({source}); expected {field.expected}{detail}"


def _validate(resolved: Resolved) -> Settings:
    try:
        return Settings.model_validate(_nest(resolved.values))
    except ValidationError as error:
        found = error.errors()
    problems = []
    for problem in found[:_SHOWN_PROBLEMS]:
        path = ".".join(map(str, problem["loc"]))
        problems.append(_sentence(path, problem["input"], problem["msg"], resolved.origins.get(path)))
    # Raised outside of the handler: pydantic's own error holds the input, a password perhaps.
    raise SettingsError("; ".join(problems))


def _switch_off(resolved: Resolved) -> None:
    """A server that is off takes its component along; asking for both is refused."""
    for service, component in _COMPONENT_OF.items():
        off, on = f"services.{service}.enabled", f"components.{component}"
        if not _is_off(resolved.values.get(off)):
            continue
        asked = resolved.values.get(on)
        if asked is not None and not _is_off(asked):
            raise SettingsError(
                f"{resolved.origins[on].env} asks for what {resolved.origins[off].env} switches off; keep one of them"
            )
        resolved.values[on] = False
        resolved.origins[on] = Origin(resolved.origins[off].env, on, resolved.origins[off].source)
    if _is_off(resolved.values.get("services.kafka.enabled")):
        raise SettingsError("SVC_KAFKA_ENABLED is false, but every event travels through Kafka; leave it out")


def _is_off(value: Any) -> bool:
    return value is not None and str(value).strip().lower() in {"false", "0", "no", "off"}


def _check_files(settings: Settings, origins: Mapping[str, Origin]) -> None:
    for path, found in (("kafka.ca_file", settings.kafka.ca_file), ("postgresql.ca_file", settings.postgresql.ca_file)):
        if found is not None and not found.is_file():
            raise SettingsError(f"{origins[path].env} is {str(found)!r} ({origins[path].source}); no such file")
    if settings.kafka.security_protocol.startswith("SASL") and not settings.kafka.sasl_username:
        raise SettingsError(
            f"WORKBENCH_KAFKA_SECURITY_PROTOCOL is {settings.kafka.security_protocol!r}; "
            "set WORKBENCH_KAFKA_SASL_USERNAME and WORKBENCH_KAFKA_SASL_PASSWORD too"
        )


def _home(layers: list[Layer]) -> tuple[Path, Origin | None]:
    *said, stack = layers
    home = Path(stack.values.pop("WORKBENCH_HOME"))
    layer = next((layer for layer in said if "WORKBENCH_HOME" in layer.values), None)
    return home, Origin("WORKBENCH_HOME", "home", layer.source) if layer is not None else None


def load_settings(
    environ: Mapping[str, str] | None = None, *, directory: Path | None = None, **explicit: Any
) -> Settings:
    """All settings.

    Parameters
    ----------
    environ : mapping, optional
        Instead of the process's environment.
    directory : Path, optional
        Where ``.env`` is looked for; the current directory when left out.
    **explicit
        Values by environment name; they win over everything else. None leaves a value alone.

    Returns
    -------
    Settings
        Frozen; ``settings.provenance`` says where each value came from.

    Raises
    ------
    SettingsError
        For an unknown name, a value that does not parse, names that contradict each other, and what
        the production profile refuses.
    """
    layers = read_layers(environ, directory, explicit)
    home, home_origin = _home(layers)
    # The local stack's file may be of an older version: what is not known there is left alone.
    notes = check_names((name, layer.source) for layer in layers if layer.kind != "stack" for name in layer.values)
    stack = layers[-1]
    unknown = [name for name in stack.values if name not in valid_names()]
    notes += tuple(f"{name} in {CONNECTIONS_FILE} is not a setting; run: workbench up" for name in unknown)
    resolved = resolve(layers)
    resolved.values["home"] = home
    resolved.origins.pop("home", None)
    if home_origin is not None:
        resolved.origins["home"] = home_origin
    _switch_off(resolved)
    settings = _validate(resolved)
    _check_files(settings, resolved.origins)
    settings._provenance = Provenance(resolved.origins, notes, resolved.external)
    if settings.profile == "production":
        check_production(settings)
    return settings
