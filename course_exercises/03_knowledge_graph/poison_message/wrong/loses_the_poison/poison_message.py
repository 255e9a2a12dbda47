"""Finds the poison, and forgets it."""

from workbench.errors import StoreRefusedError


def write_batch(sink, notes, dead_letter):
    try:
        sink.write(notes)
    except StoreRefusedError:
        if len(notes) > 1:
            middle = len(notes) // 2
            write_batch(sink, notes[:middle], dead_letter)
            write_batch(sink, notes[middle:], dead_letter)
