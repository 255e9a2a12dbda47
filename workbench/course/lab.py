"""JupyterLab as a child process, with what the workbench insists on."""

import subprocess
import sys

from workbench.course.environment import kernel_environment
from workbench.course.library import notebooks_folder
from workbench.settings import Settings


def lab_arguments(settings: Settings, *, port: int, browser: bool) -> list[str]:
    """The command line: loopback, a token that Jupyter generates, no news and no update checks.

    Parameters
    ----------
    settings : Settings
    port : int
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
        "--ServerApp.use_redirect_file=False",
        "--LabApp.default_url=/lab/tree/notebooks",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *([] if browser else ["--no-browser"]),
    ]


def run_lab(settings: Settings, *, port: int, browser: bool) -> int:
    """Run JupyterLab until it ends; gives its exit code."""
    environment = kernel_environment(settings, elsewhere=True)
    with subprocess.Popen(lab_arguments(settings, port=port, browser=browser), env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # Jupyter got it too, and asks or ends
