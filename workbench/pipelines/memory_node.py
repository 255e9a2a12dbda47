"""Which node of the distributed memory this installation is."""

import os
import secrets

from workbench.errors import SettingsError
from workbench.settings import Settings

NODE_FILE = "memory-node"
"""Under ``WORKBENCH_HOME``. It belongs to the outbox beside it: a home that is copied must lose both, or two
installations give the same number to different events."""

ID_BYTES = 6
"""48 random bits: among a thousand nodes, two have the same id once in five hundred million installations."""


def node_id(settings: Settings) -> str:
    """This installation's id, made once and kept; processes that race get the same one.

    Raises
    ------
    SettingsError
        When the file cannot be made or read, or is empty.
    """
    path = settings.home / NODE_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f".{NODE_FILE}.{os.getpid()}-{secrets.token_hex(4)}")
            draft.write_text(f"node-{secrets.token_hex(ID_BYTES)}\n")
            try:
                os.link(draft, path)  # fails when somebody was quicker, and never shows half a file
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        found = path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"the node's id in {path} cannot be kept: {error.strerror}; fix the folder's mode"
        ) from error
    if not found:
        raise SettingsError(f"{path} is empty; restore it from a backup, or remove it and become a new node")
    return found
