"""The reference of all settings as Markdown tables; ``docs/settings.md`` carries it, and a test compares them."""

import sys
from itertools import groupby
from pathlib import Path

from workbench.settings.fields import SettingField, all_fields
from workbench.settings.stores import SERVICE_NAMES
from workbench.settings.vocabulary import IGNORED_SERVICES, OTHER_NAMES

BEGIN = "<!-- settings: begin -->"
END = "<!-- settings: end -->"

_TITLES = {"": "General", "kafka": "Kafka", "neo4j": "Neo4j", "clickhouse": "ClickHouse", "postgresql": "PostgreSQL"}


def _title(section: str) -> str:
    return _TITLES.get(section, section.replace("_", " ").capitalize())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _row(field: SettingField) -> str:
    default = field.show(field.default)
    shown = f"`{default}`" if default and field.path != "home" else "" if field.path != "home" else "user data folder"
    return f"| `{field.env}` | `{field.path}` | {shown} | {_cell(field.expected)} | {_cell(field.doc)} |"


def _section(field: SettingField) -> str:
    return field.path.rpartition(".")[0].split(".")[0]


def reference() -> str:
    """Markdown: one table per section with name, path, default, what is expected and what it means."""
    parts: list[str] = []
    for section, fields in groupby(all_fields(), key=_section):
        parts.append(f"### {_title(section)}\n")
        parts.append("| variable | path | default | expected | meaning |\n| --- | --- | --- | --- | --- |")
        parts += [_row(field) for field in fields]
        parts.append("")
    parts.append("### Names that feed the settings above\n")
    parts.append("| variable | feeds | expected |\n| --- | --- | --- |")
    for word, section in SERVICE_NAMES.items():
        names = {field.path: field.env for field in all_fields()}
        for part, expected in (("HOST", "a host name"), ("PORT", "a port"), ("URL", "an address")):
            if f"SVC_{word}_{part}" not in names.values():
                parts.append(f"| `SVC_{word}_{part}` | the address of `{section}` | {expected} |")
        if f"SVC_{word}_TIMEOUT" not in names.values():
            parts.append(f"| `SVC_{word}_TIMEOUT` | `{names[f'{section}.timeout_s']}` | a duration |")
    parts.append("| `BIGDATA_S3_BUCKET` | `WORKBENCH_LAKE_URL` | a bucket's name |")
    parts.append("")
    parts.append("### Names that are no settings\n")
    parts += [f"- `{name}`: {meaning}" for name, meaning in OTHER_NAMES.items()]
    parts.append("")
    parts.append("### HelixAgent services that are noted and ignored\n")
    parts.append(", ".join(f"`SVC_{word}_*`" for word in IGNORED_SERVICES) + ".")
    return "\n".join(parts) + "\n"


def insert(document: str) -> str:
    """The document with the reference between its two marks.

    Raises
    ------
    ValueError
        When a mark is missing.
    """
    before, found, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"no {BEGIN} … {END} in the document")
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(insert(target.read_text(encoding="utf-8")), encoding="utf-8")
