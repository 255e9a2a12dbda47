import hashlib
from pathlib import Path

import pytest

from tests.unit.lake.recorded import lake_settings
from workbench.errors import StoreError, StoreUnavailableError
from workbench.lake.conditional import ChangedObjectError, MissingObjectError
from workbench.lake.objects import ObjectStoreClient, open_objects, ping
from workbench.lake.storage import storage_options
from workbench.settings import load_settings

BODY = b"x" * 300_000
SHA = hashlib.sha256(BODY).hexdigest()


def test_a_blob_comes_back_verified_and_a_repeat_changes_nothing(tmp_path: Path) -> None:
    store = lake_settings(tmp_path).object_store
    source = tmp_path / "blob"
    source.write_bytes(BODY)
    with ObjectStoreClient(store) as client:
        client.put_blob(SHA, source)
        client.put_blob(SHA, BODY)
        assert client.get_blob(SHA) == BODY
    assert (tmp_path / "lake" / "blobs" / SHA[:2] / SHA).is_file()


def test_bytes_of_another_hash_are_not_stored(tmp_path: Path) -> None:
    with ObjectStoreClient(lake_settings(tmp_path).object_store) as client:
        with pytest.raises(StoreError, match="another hash"):
            client.put_blob(SHA, b"y")
        with pytest.raises(MissingObjectError):
            client.get_blob(SHA)


def test_a_damaged_blob_is_noticed(tmp_path: Path) -> None:
    with ObjectStoreClient(lake_settings(tmp_path).object_store) as client:
        client.put_blob(SHA, BODY)
        (tmp_path / "lake" / "blobs" / SHA[:2] / SHA).write_bytes(b"rot")
        with pytest.raises(StoreError, match="damaged"):
            client.get_blob(SHA)


def test_a_conditional_write_lets_only_one_through(tmp_path: Path) -> None:
    objects = open_objects(lake_settings(tmp_path).object_store)
    first = objects.put_if("lease", b"a", None)
    with pytest.raises(ChangedObjectError):
        objects.put_if("lease", b"b", None)
    second = objects.put_if("lease", b"b", first)
    with pytest.raises(ChangedObjectError):
        objects.put_if("lease", b"c", first)
    assert objects.get("lease") == (b"b", second)


def test_an_object_store_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path) -> None:
    settings = load_settings(
        {},
        WORKBENCH_HOME=tmp_path,
        BIGDATA_S3_ENDPOINT="http://127.0.0.1:1",
        BIGDATA_S3_ACCESS_KEY="k",
        BIGDATA_S3_SECRET_KEY="s",
    )
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        ping(settings)


def test_half_a_pair_of_keys_is_one_clear_line(tmp_path: Path) -> None:
    settings = load_settings(
        {}, WORKBENCH_HOME=tmp_path, BIGDATA_S3_ENDPOINT="http://127.0.0.1:1", BIGDATA_S3_ACCESS_KEY="k"
    )
    with pytest.raises(StoreError, match="BIGDATA_S3"):
        ping(settings)


def test_plain_http_is_allowed_only_for_a_plain_http_endpoint(tmp_path: Path) -> None:
    plain = load_settings({}, WORKBENCH_HOME=tmp_path, BIGDATA_S3_ENDPOINT="http://127.0.0.1:1").object_store
    secure = load_settings({}, WORKBENCH_HOME=tmp_path, BIGDATA_S3_ENDPOINT="https://s3.example").object_store
    assert storage_options(plain)["AWS_ALLOW_HTTP"] == "true"
    assert storage_options(secure)["AWS_ALLOW_HTTP"] == "false"
    assert storage_options(plain)["aws_conditional_put"] == "etag"
