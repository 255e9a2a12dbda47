"""Where every setting's value comes from, and what switching one component off changes."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import SecretStr

from workbench.errors import UsageError
from workbench.health.components import COMPONENTS, needed_dependencies
from workbench.settings import Settings, explain, load_settings
from workbench.settings.fields import all_fields, by_path, value_at

_SOURCES = ("default", "local stack", "environment", "argument", ".env")


def _source(text: str) -> str:
    """The kind of source, without the path of the file."""
    return next((one for one in _SOURCES if one in text), "profile")


@dataclass(frozen=True, slots=True)
class ConfigurationView:
    """Settings as a table.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    def values(self) -> pl.DataFrame:
        """Every setting, secrets masked.

        Returns
        -------
        polars.DataFrame
            One row per setting: section, env, value, source (default, local stack, profile, .env,
            environment, argument), given_by, doc (String).
        """
        rows = [
            (one.section, one.env, one.value, _source(one.source), one.given_by, one.doc)
            for one in explain(self.settings)
        ]
        names = ["section", "env", "value", "source", "given_by", "doc"]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    def shown_secrets(self) -> int:
        """How many secrets appear in clear in `values`; anything but 0 is a defect."""
        shown = self.values()
        secrets = [value_at(self.settings, one.path) for one in all_fields()]
        texts = [one.get_secret_value() for one in secrets if isinstance(one, SecretStr) and one.get_secret_value()]
        return sum(text in value for text in texts for value in shown["value"])

    def components(self) -> pl.DataFrame:
        """What is switched on, and by what.

        Returns
        -------
        polars.DataFrame
            One row per component: name, enabled (Boolean), flag, source, stores, feeds (String).
        """
        rows: list[dict[str, Any]] = []
        origins = self.settings.provenance.origins
        for one in COMPONENTS:
            path = f"components.{one.name}"
            rows.append(
                {
                    "name": one.name,
                    "enabled": getattr(self.settings.components, one.name),
                    "flag": by_path()[path].env,
                    "source": _source(origins[path].source) if path in origins else "default",
                    "stores": ", ".join(one.stores),
                    "feeds": ", ".join(one.feeds),
                }
            )
        return pl.DataFrame(rows)

    def without(self, component: str) -> pl.DataFrame:
        """Which servers are contacted now, and which with one component off.

        Parameters
        ----------
        component : str
            Name of a component, e.g. analytics.

        Returns
        -------
        polars.DataFrame
            One row per server: name (String), contacted, contacted_without (Boolean).

        Raises
        ------
        UsageError
            When there is no such component.
        """
        names = [one.name for one in COMPONENTS]
        if component not in names:
            raise UsageError(f"no component {component!r}; components: {', '.join(names)}")
        flag = by_path()[f"components.{component}"].env
        off: dict[str, Any] = {flag: False, "WORKBENCH_HOME": self.settings.home}
        other = load_settings(**off)
        now, then = needed_dependencies(self.settings), needed_dependencies(other)
        every = dict.fromkeys((*now, *then))
        rows = [(name, name in now, name in then) for name in every]
        schema = {"name": pl.String, "contacted": pl.Boolean, "contacted_without": pl.Boolean}
        return pl.DataFrame(rows, schema=schema, orient="row")
