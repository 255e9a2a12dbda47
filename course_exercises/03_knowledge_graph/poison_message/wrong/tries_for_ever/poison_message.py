"""Hopes that Neo4j changes its mind."""

from workbench.errors import StoreRefusedError


def write_batch(sink, notes, dead_letter):
    while True:
        try:
            return sink.write(notes)
        except StoreRefusedError:
            continue
