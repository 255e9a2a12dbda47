"""The environment of a kernel, so that it reads the same settings as the process that starts it."""

import os

from workbench.settings import Settings, environment_of
from workbench.settings.fields import by_path
from workbench.settings.provenance import ARGUMENT, ENVIRONMENT


def kernel_environment(settings: Settings, *, elsewhere: bool = False) -> dict[str, str]:
    """This process's environment, and what `settings` holds beyond it.

    Values of profile, ``.env``, local stack and default are left for the kernel to find, so that it
    names the same sources.

    Parameters
    ----------
    settings : Settings
    elsewhere : bool
        Whether the kernel starts in another folder, where it would not find this one's ``.env``.
    """
    given = {
        by_path()[path].env
        for path, origin in settings.provenance.origins.items()
        if origin.source in {ARGUMENT, ENVIRONMENT} or (elsewhere and ".env" in origin.source)
    }
    wanted = {name: value for name, value in environment_of(settings).items() if name in given | {"WORKBENCH_HOME"}}
    return {**os.environ, **wanted}  # passed on, not read
