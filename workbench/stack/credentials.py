"""Passwords and keys of the local servers: generated once per installation, mode 0600."""

import json
import secrets

from workbench.stack.layout import Layout, read_json, write_private

USER = "helixagent"
"""Account name on the servers that let one choose it."""

_NAMES = (
    "installation",
    "neo4j_password",
    "clickhouse_password",
    "postgresql_password",
    "s3_access_key",
    "s3_secret_key",
)


def credentials(layout: Layout) -> dict[str, str]:
    """All passwords and keys, and the random name of this installation; generated now where they are missing."""
    kept = {name: str(value) for name, value in read_json(layout.credentials_file).items()}
    missing = [name for name in _NAMES if name not in kept]
    if missing:
        kept |= {name: secrets.token_hex(10 if name == "s3_access_key" else 24) for name in missing}
        write_private(layout.credentials_file, json.dumps(kept, indent=2))
    return kept
