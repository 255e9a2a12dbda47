"""A worker process over a file store: ``python -m tests.integration.stream_worker HOME STORE NAME SESSION_MS``."""

import signal
import sys
import threading
from pathlib import Path

from tests.integration.stream_store import FileSink, FileStore
from tests.stack_fixtures import settings_in
from workbench.resilience.outbox import Outbox
from workbench.stream.consume import run_worker
from workbench.telemetry.logs import configure_logging


def main(home: str, store: str, name: str, session_timeout_ms: str) -> None:
    settings = settings_in(Path(home), WORKBENCH_KAFKA_SESSION_TIMEOUT_MS=session_timeout_ms)
    configure_logging(settings)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    outbox = Outbox(settings.outbox_path)
    run_worker(FileSink(FileStore(Path(store)), worker=name), settings, outbox=outbox, stop=stop)
    outbox.close()


if __name__ == "__main__":
    main(*sys.argv[1:5])
