"""How to reach the lake's storage: an object store, or a folder."""

from pathlib import Path

from workbench.settings.schema import ObjectStore

CONDITIONAL_PUT = "etag"
"""Delta's commit must fail when the version exists already; the store does that by ETag preconditions."""


def is_folder(store: ObjectStore) -> bool:
    """Whether the lake lies in a folder of this machine rather than in an object store."""
    return not store.url.startswith("s3://")


def folder_of(store: ObjectStore) -> Path:
    """The folder of a lake that lies in one."""
    return Path(store.url.removeprefix("file://")).absolute()


def root_of(store: ObjectStore) -> str:
    """The lake's root as Delta takes it: ``s3://bucket/prefix`` or an absolute path."""
    return str(folder_of(store)) if is_folder(store) else store.url.rstrip("/")


def bucket_and_prefix(store: ObjectStore) -> tuple[str, str]:
    """Bucket, and the key prefix with its trailing slash (empty when there is none)."""
    bucket, _, prefix = store.url.removeprefix("s3://").partition("/")
    return bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""


def storage_options(store: ObjectStore) -> dict[str, str]:
    """What deltalake needs to reach the store; empty for a folder.

    Retries are few and short: the worker loop retries a batch itself, behind its circuit breaker, and
    must see within seconds that a store is gone.
    """
    if is_folder(store):
        return {}
    options = {
        "AWS_REGION": store.region,
        "aws_conditional_put": CONDITIONAL_PUT,
        "timeout": f"{store.timeout_s:g}s",
        "connect_timeout": f"{min(store.timeout_s, 5.0):g}s",
        "OBJECT_STORE_CONCURRENCY_LIMIT": "16",
        "max_retries": "3",
        "retry_timeout": f"{store.timeout_s:g}s",
    }
    if store.access_key:
        options |= {
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key.get_secret_value(),
        }
    if store.endpoint:
        options["AWS_ENDPOINT_URL"] = store.endpoint
        options["AWS_ALLOW_HTTP"] = "true" if store.endpoint.startswith("http://") else "false"
    return options
