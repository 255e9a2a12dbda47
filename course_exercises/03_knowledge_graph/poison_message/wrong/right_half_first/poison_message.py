"""Writes the later half before the earlier one."""

from workbench.errors import StoreRefusedError


def write_batch(sink, notes, dead_letter):
    try:
        sink.write(notes)
    except StoreRefusedError as error:
        if len(notes) == 1:
            dead_letter(notes[0], str(error))
            return
        middle = len(notes) // 2
        write_batch(sink, notes[middle:], dead_letter)
        write_batch(sink, notes[:middle], dead_letter)
