"""Every setting, typed, frozen, with provenance; the only reader of the environment."""

from workbench.settings.explain import Explained, environment_of, explain
from workbench.settings.load import load_settings
from workbench.settings.provenance import Origin, Provenance
from workbench.settings.schema import Settings

__all__ = ["Explained", "Origin", "Provenance", "Settings", "environment_of", "explain", "load_settings"]
