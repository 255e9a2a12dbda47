"""Warm kernels: the next ones start and import while the current notebook runs.

Starting a Python kernel and importing frames and figures takes longer than many a notebook's own
work. The next kernels are prepared in a thread, so only the first notebook waits for it. A
kernel is used for one notebook and never again: nothing leaks from one to the next.
"""

import asyncio
import tempfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any, Self

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_event_loop

from workbench.course.environment import kernel_environment
from workbench.errors import StackError
from workbench.settings import Settings

WARM_UP = "from workbench.course.session import warm_up; warm_up(); del warm_up"
"""Imports frames and figures, which every notebook needs. No driver: a component that is off is not imported."""

AHEAD = 2
"""Kernels kept ready: a notebook may be quicker than the start of a kernel; each holds about 110 MB."""

START_TIMEOUT_S = 90.0
"""Seconds for a kernel to answer; about 1 s when idle, many times that on a busy machine with 2 cores."""


class _ThisInterpreter(KernelSpecManager):
    """The kernel of the Python that runs us, whatever kernels are installed for the user."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        spec = get_kernel_dict()
        spec["argv"] = [*spec["argv"], "--HistoryManager.enabled=False"]
        return KernelSpec(resource_dir="", **spec)


def _warm(manager: Any) -> None:
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=START_TIMEOUT_S)
        reply = client.execute_interactive(WARM_UP, silent=True, store_history=False, timeout=START_TIMEOUT_S)
    except (RuntimeError, TimeoutError, Empty) as error:
        raise StackError(
            f"a notebook kernel did not start: {error or 'no answer'}; waited {START_TIMEOUT_S:.0f} s at most"
        ) from error
    finally:
        client.stop_channels()
    if reply["content"]["status"] != "ok":
        raise StackError(f"a notebook kernel cannot import the workbench: {reply['content'].get('evalue')}")


def close_event_loop() -> None:
    """Close the event loop that Jupyter's synchronous calls leave behind in this thread."""
    loop = ensure_event_loop()
    if not loop.is_running():
        loop.close()
        asyncio.set_event_loop(None)


def stop_kernel(manager: Any) -> None:
    """End a kernel at once and remove its files; harmless when it is gone already."""
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)
    manager.cleanup_resources()
    close_event_loop()


class KernelPool:
    """Kernels for the notebooks of one run, a few ahead.

    Parameters
    ----------
    settings : Settings
        A kernel reads the same settings: its environment is made from these.
    count : int
        Notebooks that will run: no more kernels are started.

    Examples
    --------
    ::

        with KernelPool(settings, count=2) as pool:
            manager = pool.take()
    """

    def __init__(self, settings: Settings, *, count: int = 1) -> None:
        self._environment = kernel_environment(settings)
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-kernels-")
        self._environment["IPYTHONDIR"] = str(Path(self._folder.name) / "ipython")
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kernel")
        self._left = count
        self._number = 0
        self._ahead: deque[Future[Any]] = deque()
        self._fill()

    def _fill(self) -> None:
        while self._left and len(self._ahead) < AHEAD:
            self._left -= 1
            self._number += 1
            self._ahead.append(self._starter.submit(self._start, self._number))

    def _start(self, number: int) -> Any:
        base = Path(self._folder.name) / f"k{number}"
        manager = KernelManager(
            kernel_name="python3",
            kernel_spec_manager=_ThisInterpreter(),
            connection_file=f"{base}.json",
            transport="ipc",  # Unix sockets in a folder of mode 0700
            ip=f"{base}-ipc",
        )
        manager.client_class = "jupyter_client.asynchronous.AsyncKernelClient"  # what nbclient talks through
        with Path(f"{base}.log").open("wb") as log:
            manager.start_kernel(env=dict(self._environment), stdout=log, stderr=log)
        try:
            _warm(manager)
        except StackError:
            stop_kernel(manager)
            raise
        finally:
            close_event_loop()
        return manager

    def take(self) -> Any:
        """A started kernel with its imports done; the caller stops it.

        Raises
        ------
        StackError
            When a kernel does not start.
        """
        if not self._ahead:
            self._left += 1
            self._fill()
        taken = self._ahead.popleft()
        self._fill()
        return taken.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = 0
        for left in self._ahead:
            if not left.cancel() and left.exception() is None:
                stop_kernel(left.result())
        self._starter.shutdown()
        self._folder.cleanup()
