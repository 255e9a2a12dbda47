"""Two installations on one stack, each with a home, an outbox and a replica of its own."""

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from tests.stack_fixtures import settings_in
from workbench.database.memory_ledger import MemoryLedger
from workbench.database.pool import open_pool
from workbench.pipelines.memory_ingest import memory_sink, replica_settings
from workbench.pipelines.memory_node import node_id
from workbench.pipelines.memory_store import MemoryStore
from workbench.pipelines.memory_sync import Synced, replica_status, synchronise
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings
from workbench.stream.consume import run_worker

TENANT = "default"
USER = "default/alice"


@contextmanager
def another_home(settings: Settings, **more: str) -> Iterator[Settings]:
    """A second installation that uses the same servers."""
    home = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    values = json.loads((settings.home / "connections.json").read_text()) | more
    (home / "connections.json").write_text(json.dumps(values))
    (home / "connections.json").chmod(0o600)
    try:
        yield settings_in(home)
    finally:
        shutil.rmtree(home)


class MemoryNode:
    """One installation's memories, and on request its worker in a thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.node_id = node_id(settings)
        self.publisher = Publisher(settings, upload_blob=None)
        self.pool = open_pool(settings, size=2)
        self.store = MemoryStore(settings, self.pool, self.publisher.outbox)

    def contents(self, user_id: str = USER) -> dict[object, tuple[str, ...]]:
        """Content -> tags of the user's memories."""
        return {one.content: one.tags for one in self.store.list(TENANT, user_id)[0]}

    def clock(self) -> dict[str, int]:
        return dict(replica_status(self.pool, self.node_id, tenant_id=TENANT).vector_clock)

    def sync(self) -> Synced:
        return synchronise(self.settings, self.pool, self.publisher, node_id=self.node_id, tenant_id=TENANT)

    def hash(self) -> str:
        with MemoryLedger(self.settings, self.node_id) as ledger:
            return ledger.content_hash()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Its worker ``memory`` for the time of the block."""
        stop = threading.Event()
        sink = memory_sink(self.settings, self.publisher.outbox)
        thread = threading.Thread(
            target=run_worker,
            args=(sink, replica_settings(self.settings)),
            kwargs={"outbox": self.publisher.outbox, "stop": stop},
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()

    def __enter__(self) -> "MemoryNode":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.publisher.close()
        self.pool.close()
