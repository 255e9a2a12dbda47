"""Objects of one bucket of an S3 store."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from workbench.errors import StoreError, StoreUnavailableError
from workbench.lake.conditional import ChangedObjectError, MissingObjectError
from workbench.lake.storage import bucket_and_prefix
from workbench.settings.schema import ObjectStore

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}
_PRECONDITION = {"412", "PreconditionFailed", "ConditionalRequestConflict", "409"}
_UNAVAILABLE = {"500", "502", "503", "504", "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout"}


def s3_client(store: ObjectStore, *, timeout_s: float | None = None) -> "S3Client":
    """A boto3 client with short timeouts and two attempts; path-style, as local stores need it."""
    limit = store.timeout_s if timeout_s is None else timeout_s
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint or None,
        region_name=store.region,
        aws_access_key_id=store.access_key or None,
        aws_secret_access_key=store.secret_key.get_secret_value() or None,
        config=Config(
            connect_timeout=min(limit, 5.0),
            read_timeout=limit,
            retries={"total_max_attempts": 2, "mode": "standard"},
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class BucketObjects:
    """Objects of one bucket under one prefix; the bucket is made on the first write that misses it."""

    def __init__(self, store: ObjectStore, *, timeout_s: float | None = None) -> None:
        self._store = store
        try:
            self._client = s3_client(store, timeout_s=timeout_s)
        except BotoCoreError as error:
            raise StoreError(f"no S3 client for {store.endpoint or 'AWS'}: {error}; check BIGDATA_S3_*") from error
        self._bucket, self._prefix = bucket_and_prefix(store)

    def _mapped(self, error: BotoCoreError | ClientError, key: str) -> StoreError:
        where = f"s3://{self._bucket}/{key} at {self._store.endpoint or 'AWS'}"
        if not isinstance(error, ClientError):
            return StoreUnavailableError(f"the object store does not answer for {where}: {error}")
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            return MissingObjectError(f"there is no object {where}")
        if code in _PRECONDITION:
            return ChangedObjectError(f"{where} was written by somebody else")
        if code in _UNAVAILABLE:
            return StoreUnavailableError(f"the object store cannot serve {where} now: {code}")
        return StoreError(f"the object store refused {where}: {error}; check BIGDATA_S3_ACCESS_KEY and _SECRET_KEY")

    def ensure_bucket(self) -> None:
        """Make the bucket when it is missing."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code", "")) not in _MISSING:
                raise self._mapped(error, "") from error
            try:
                self._client.create_bucket(Bucket=self._bucket)
            except self._client.exceptions.BucketAlreadyOwnedByYou:
                pass  # another process of ours was faster
            except (BotoCoreError, ClientError) as failed:
                raise self._mapped(failed, "") from failed
        except BotoCoreError as error:
            raise self._mapped(error, "") from error

    def get(self, key: str) -> tuple[bytes, str]:
        """Bytes and version tag of an object."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            return found["Body"].read(), found["ETag"]
        except (BotoCoreError, ClientError) as error:
            raise self._mapped(error, self._prefix + key) from error

    def _write(self, key: str, body: bytes, **condition: str) -> str:
        full = self._prefix + key
        try:
            return str(self._client.put_object(Bucket=self._bucket, Key=full, Body=body, **condition)["ETag"])  # type: ignore[arg-type]
        except (BotoCoreError, ClientError) as error:
            raise self._mapped(error, full) from error

    def _write_or_make_bucket(self, key: str, body: bytes, **condition: str) -> str:
        try:
            return self._write(key, body, **condition)
        except MissingObjectError:
            self.ensure_bucket()
            return self._write(key, body, **condition)

    def put(self, key: str, body: bytes) -> None:
        """Write an object, whole or not at all."""
        self._write_or_make_bucket(key, body)

    def put_if(self, key: str, body: bytes, tag: str | None) -> str:
        """Write only if the object still has that tag (None: only if there is none); the new tag."""
        return (
            self._write_or_make_bucket(key, body, IfNoneMatch="*")
            if tag is None
            else self._write(key, body, IfMatch=tag)
        )

    def exists(self, key: str) -> bool:
        """Whether there is an object of that key."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except (BotoCoreError, ClientError) as error:
            mapped = self._mapped(error, self._prefix + key)
            if isinstance(mapped, MissingObjectError):
                return False
            raise mapped from error
        return True

    def ping(self) -> str:
        """One cheap round trip; what answered."""
        try:
            answer = self._client.list_buckets()
        except (BotoCoreError, ClientError) as error:
            raise self._mapped(error, "") from error
        return str(answer["ResponseMetadata"].get("HTTPHeaders", {}).get("server", "S3"))

    def close(self) -> None:
        """Give back connections."""
        self._client.close()
