"""The lake on a real object store: fencing, offsets, blobs, a lease, a store that goes and comes back."""

import hashlib
import urllib.error
import urllib.request

import pytest

from tests.integration.lake_batches import CALLS, write_calls
from tests.stack_faults import Servers
from tests.unit.lake.recorded import batch, call, delivery, event_id
from workbench.errors import FencedError, StoreError, StoreUnavailableError
from workbench.events.tally import Tally
from workbench.lake.conditional import ChangedObjectError
from workbench.lake.lease import Lease
from workbench.lake.ledger import LakeLedger
from workbench.lake.objects import ObjectStoreClient, open_objects, ping
from workbench.lake.payloads import raw_payloads
from workbench.pipelines.lake_ingest import LakeSink
from workbench.settings import Settings

pytestmark = pytest.mark.s3


def test_a_stale_worker_is_fenced_and_a_new_claim_goes_on(fresh: Settings) -> None:
    frozen, working = LakeSink(fresh), LakeSink(fresh)
    for sink in (frozen, working):
        assert sink.claim({CALLS: "k"})[CALLS].next_offset == 0
    working.write(batch([delivery(call(n), n) for n in range(10)]))
    with pytest.raises(FencedError):
        frozen.write(batch([delivery(call(n), n) for n in range(5)]))
    assert frozen.claim({CALLS: "k"})[CALLS].next_offset == 10
    frozen.write(batch([delivery(call(10), 10)], 10))
    with LakeLedger(fresh) as ledger:
        assert ledger.tallies() == {"llm.call.completed": Tally.of(event_id(n) for n in range(11))}
        assert ledger.offsets() == {CALLS: 11}


def test_a_raw_payload_is_byte_exact_on_the_object_store(fresh: Settings) -> None:
    write_calls(fresh, [call(1, body=bytes(range(256)))])
    assert [one.request for one in raw_payloads(fresh, "call-1")] == [bytes(range(256))]


def test_a_blob_is_stored_once_and_read_verified(fresh: Settings) -> None:
    body = b"blob" * 100_000
    digest = hashlib.sha256(body).hexdigest()
    with ObjectStoreClient(fresh.object_store) as client:
        client.put_blob(digest, body)
        client.put_blob(digest, body)
        assert client.get_blob(digest) == body
        with pytest.raises(StoreError, match="no object"):
            client.get_blob("0" * 64)


def test_only_one_of_two_conditional_writes_gets_through(fresh: Settings) -> None:
    objects = open_objects(fresh.object_store)
    tag = objects.put_if("one", b"a", None)
    with pytest.raises(ChangedObjectError):
        objects.put_if("one", b"b", None)
    objects.put_if("one", b"c", tag)
    with pytest.raises(ChangedObjectError):
        objects.put_if("one", b"d", tag)
    objects.close()


def test_a_lease_on_the_object_store_has_one_holder(fresh: Settings) -> None:
    objects = open_objects(fresh.object_store)
    first, second = (Lease(objects, "lease", term_s=60) for _ in range(2))
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire(above=7)
    assert second.epoch == 8
    objects.close()


def test_objects_are_not_served_without_a_key(fresh: Settings) -> None:
    write_calls(fresh, [call(1)])
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{fresh.object_store.endpoint}/helixagent-datalake?list-type=2", timeout=5)  # noqa: S310 - our own loopback address
    refused.value.close()
    assert refused.value.code == 403


def test_a_wrong_key_is_one_clear_line(fresh: Settings) -> None:
    wrong = fresh.object_store.model_copy(update={"secret_key": type(fresh.object_store.secret_key)("wrong")})
    with pytest.raises(StoreError, match="BIGDATA_S3_ACCESS_KEY"):
        ping(fresh.model_copy(update={"object_store": wrong}))


def test_a_batch_that_met_a_dead_store_is_written_when_it_is_back(fresh: Settings, servers: Servers) -> None:
    sink = LakeSink(fresh)
    sink.claim({CALLS: "k"})
    sink.write(batch([delivery(call(0), 0)]))
    again = batch([delivery(call(1), 1)], 1)
    with servers.gone("s3"), pytest.raises(StoreUnavailableError):
        sink.write(again)
    try:
        sink.write(again)
    except FencedError:  # the first try had arrived after all
        assert sink.claim({CALLS: "k"})[CALLS].next_offset == 2
    with LakeLedger(fresh) as ledger:
        assert ledger.offsets() == {CALLS: 2}
        assert ledger.tallies()["llm.call.completed"].count == 2
