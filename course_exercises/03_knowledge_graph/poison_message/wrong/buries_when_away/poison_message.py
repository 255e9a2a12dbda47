"""Takes a server that is away for a refusal."""

from workbench.errors import StoreError


def write_batch(sink, notes, dead_letter):
    try:
        sink.write(notes)
    except StoreError as error:
        if len(notes) == 1:
            dead_letter(notes[0], str(error))
            return
        middle = len(notes) // 2
        write_batch(sink, notes[:middle], dead_letter)
        write_batch(sink, notes[middle:], dead_letter)
