"""JupyterLab with what the workbench insists on."""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from workbench.course.environment import kernel_environment
from workbench.course.library import notebooks_folder
from workbench.settings import Settings

_OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
"""Without this JupyterLab asks at every first start whether it may fetch news."""


def lab_arguments(settings_folder: Path, *, port: int, browser: bool) -> list[str]:
    """The command line: loopback, a token that Jupyter generates, nothing asked of the network.

    Parameters
    ----------
    settings_folder : Path
        Where JupyterLab looks for ``overrides.json``.
    port : int
        Port to listen on; the next free one when it is taken.
    browser : bool
        Whether a browser window is opened.
    """
    root = notebooks_folder().parent
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.allow_remote_access=False",
        "--ServerApp.use_redirect_file=False",  # the token stays out of a file that a browser would be given
        "--LabApp.default_url=/lab/tree/notebooks",
        f"--LabApp.app_settings_dir={settings_folder}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *([] if browser else ["--no-browser"]),
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]


def become_lab(settings: Settings, *, port: int, browser: bool) -> NoReturn:
    """Go on as JupyterLab: this process becomes it, so that signals and the exit code are its own.

    Its kernels read the same settings; its keys stay in the workbench's home.
    """
    environment = kernel_environment(settings, elsewhere=True)
    environment["JUPYTER_RUNTIME_DIR"] = str(settings.home / "jupyter")
    folder = settings.home / "jupyter" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(_OVERRIDES), encoding="utf-8")
    arguments = lab_arguments(folder, port=port, browser=browser)
    sys.stdout.flush()
    os.execve(arguments[0], arguments, environment)  # noqa: S606  our own list, no shell
