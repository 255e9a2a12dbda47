"""Every setting, typed, frozen, with provenance; the only reader of the environment."""

from workbench.settings.load import load_settings
from workbench.settings.schema import Settings

__all__ = ["Settings", "load_settings"]
