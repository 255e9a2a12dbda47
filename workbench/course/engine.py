"""A Papermill engine that runs a notebook in a kernel it is given, instead of starting one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

ENGINE = "workbench-warm-kernel"

_silent = logging.getLogger("workbench.course.cells")  # what nbclient logs is in the outcome, said once
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class WarmKernelEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in a started kernel and leaves stopping it to the caller."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, kernel: Any, cell_timeout_s: float, **_: Any
    ) -> None:
        """Run all cells up to the first that fails.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
        kernel_name : str
            Not used: the kernel is there.
        kernel : jupyter_client.KernelManager
            Started, with a client class that nbclient can talk through.
        cell_timeout_s : float
            Seconds that one cell may take.
        """
        client = PapermillNotebookClient(
            nb_man, km=kernel, timeout=cell_timeout_s, kernel_name=kernel_name, log=_silent, record_timing=False
        )
        with _channels_closed_after(client):
            client.execute()


@contextmanager
def _channels_closed_after(client: PapermillNotebookClient) -> Iterator[None]:
    """nbclient keeps the channels of a kernel that it does not own open for ever."""
    try:
        yield
    finally:
        if client.kc is not None:
            client.kc.stop_channels()


papermill_engines.register(ENGINE, WarmKernelEngine)
