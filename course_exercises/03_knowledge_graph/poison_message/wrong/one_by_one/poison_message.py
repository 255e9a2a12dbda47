"""A transaction for every note, always."""

from workbench.errors import StoreRefusedError


def write_batch(sink, notes, dead_letter):
    for note in notes:
        try:
            sink.write([note])
        except StoreRefusedError as error:
            dead_letter(note, str(error))
