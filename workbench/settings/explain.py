"""Say every setting's value and where it came from, without showing a secret."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from workbench.settings.fields import all_fields, value_at
from workbench.settings.provenance import DEFAULT
from workbench.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting as shown to the user.

    Parameters
    ----------
    section : str
        First part of the path; ``general`` for the settings without a section.
    env, path : str
    value : str
        Masked when secret.
    source : str
        Where the value came from.
    given_by : str
        The names that gave it; empty for a default.
    doc, expected : str
    """

    section: str
    env: str
    path: str
    value: str
    source: str
    given_by: str
    doc: str
    expected: str


def explain(settings: Settings) -> list[Explained]:
    """Every setting with its value (masked) and its source, in the order of the schema."""
    origins = settings.provenance.origins
    rows: list[Explained] = []
    for field in all_fields():
        section, dot, _ = field.path.partition(".")
        origin = origins.get(field.path)
        rows.append(
            Explained(
                section=section if dot else "general",
                env=field.env,
                path=field.path,
                value=field.show(value_at(settings, field.path)),
                source=origin.source if origin is not None else DEFAULT,
                given_by=origin.env if origin is not None else "",
                doc=field.doc,
                expected=field.expected,
            )
        )
    return rows


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.absolute()) if isinstance(value, Path) else str(value)


def environment_of(settings: Settings) -> dict[str, str]:
    """Environment names and values that give a child process the same settings, secrets included.

    What is a default is left out, apart from ``WORKBENCH_HOME``.
    """
    found = {"WORKBENCH_HOME": str(settings.home)}
    for field in all_fields():
        value = value_at(settings, field.path)
        if value != field.default and value is not None:
            found[field.env] = "aws" if field.path == "object_store.endpoint" and value == "" else _text(value)
    return {name: value for name, value in found.items() if value != ""}
