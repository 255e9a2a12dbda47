"""Gives the good notes to the dead letters, too."""

from workbench.errors import StoreRefusedError


def write_batch(sink, notes, dead_letter):
    try:
        sink.write(notes)
    except StoreRefusedError as error:
        for note in notes:
            dead_letter(note, str(error))
