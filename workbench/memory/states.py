"""A memory as bytes, the same bytes for the same state, and the hash that replicas compare (pure)."""

import hashlib
from collections.abc import Iterable

import msgspec

from workbench.memory.record import Key, Memory
from workbench.memory.tags import TagSet

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Memory).decode


def encode_memory(memory: Memory) -> bytes:
    """Canonical JSON: names in order, so that equal states are equal bytes.

    Examples
    --------
    >>> decode_memory(encode_memory(Memory())) == Memory()
    True
    """
    return _encode(memory)


def decode_memory(state: bytes) -> Memory:
    """The memory of some bytes of `encode_memory`."""
    return _decode(state)


def visible(memory: Memory) -> Memory | None:
    """What of a state everybody agrees on at any stage of compaction: no tombstones; None when it is deleted.

    A memory of which no event of a creation has arrived is visible like any other: its changes are known.
    """
    if memory.deleted is not None:
        return None
    return Memory(memory.created, memory.fields, TagSet(memory.tags.added))


def state_hash(memories: Iterable[tuple[Key, Memory]]) -> str:
    """SHA-256 over what is visible, by key: equal on all replicas that have seen the same events."""
    digest = hashlib.sha256()
    for key, memory in sorted(memories, key=lambda one: one[0]):
        shown = visible(memory)
        if shown is not None:
            for part in (*(name.encode() for name in key), encode_memory(shown)):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
    return digest.hexdigest()
