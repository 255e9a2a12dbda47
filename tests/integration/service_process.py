"""``workbench serve`` as a process of its own, which can be killed and frozen, and worker ``context`` in a thread."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import httpx

from workbench.pipelines import workers
from workbench.settings import Settings

WAIT_S = 60.0


class ServiceProcess:
    """One service of one home; `start` again after `kill`."""

    def __init__(self, settings: Settings, **environ: str) -> None:
        self._home = settings.home
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BIGDATA_", "WORKBENCH_"))},
            "WORKBENCH_HOME": str(settings.home),
            **environ,
        }
        self._process: subprocess.Popen[str] | None = None
        self.client = httpx.Client(trust_env=False, timeout=30.0)

    def start(self) -> "ServiceProcess":
        """Start, and come back when it takes requests."""
        command = [sys.executable, "-m", "workbench", "serve", "--port", "0"]
        with (self._home / "serve.log").open("a") as log:
            self._process = subprocess.Popen(
                command, env=self._environ, stdout=subprocess.PIPE, stderr=log, text=True, cwd=self._home
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), (self._home / "serve.log").read_text()
        self.client.base_url = httpx.URL(line.split()[2])
        self.client.headers["authorization"] = f"Bearer {(self._home / 'api-token').read_text()}"
        return self

    def kill(self) -> None:
        """SIGKILL: no time to say anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(WAIT_S)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stopped for the time of the block."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> "ServiceProcess":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self.client.close()


@contextmanager
def worker(settings: Settings, name: str) -> Iterator[None]:
    """What ``workbench worker NAME`` runs, in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=workers.run, args=(name, settings), kwargs={"stop": stop})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(WAIT_S)
        assert not thread.is_alive()
