"""Why a part of the stack has nothing to show."""

from workbench.settings import Settings
from workbench.settings.fields import by_path


def off_reason(settings: Settings, *components: str) -> str:
    """A sentence when one of the components is switched off, else an empty text.

    Examples
    --------
    >>> from workbench.settings import load_settings
    >>> off_reason(load_settings({}, BIGDATA_ENABLE_ANALYTICS=False), "data_lake", "analytics")
    'analytics is switched off (BIGDATA_ENABLE_ANALYTICS)'
    """
    for name in components:
        if not getattr(settings.components, name):
            return f"{name.replace('_', ' ')} is switched off ({by_path()[f'components.{name}'].env})"
    return ""
