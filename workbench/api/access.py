"""The bearer token: made once per installation, compared in constant time, standing for a tenant."""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from workbench.api.errors import Refusal
from workbench.errors import SettingsError
from workbench.events.redaction import Redactor
from workbench.settings import Settings

TOKEN_FILE = "api-token"  # noqa: S105 - a file's name
REDACTION_KEY_FILE = "redaction-key"
SECRET_BYTES = 32
"""256 bits: cannot be guessed."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the tenant that the token stands for."""

    tenant_id: str

    def user_id(self, claimed: str | None) -> str:
        """A user of this tenant; what a body claims never reaches another tenant's users.

        Examples
        --------
        >>> Principal("acme").user_id("globex/admin")
        'acme/globex/admin'
        """
        return f"{self.tenant_id}/{claimed or 'anonymous'}"


def kept_secret(path: Path) -> str:
    """The secret in a file of mode 0600, made on first use; processes that race get the same one.

    Raises
    ------
    SettingsError
        When the file cannot be made or read, or is empty.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
        if not path.exists():
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_urlsafe(SECRET_BYTES))
                os.link(draft, path)  # fails when somebody was quicker, and never shows half a file
            except FileExistsError:
                pass
            finally:
                draft.unlink(missing_ok=True)
        found = path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"the secret in {path} cannot be kept: {error.strerror}; fix the folder's mode") from error
    if not found:
        raise SettingsError(f"{path} is empty; remove it, then a new secret is made")
    return found


def api_token(settings: Settings) -> str:
    """The token of the settings, else that of ``WORKBENCH_HOME/api-token``, which is made when missing.

    Raises
    ------
    SettingsError
        When the file cannot be made or read.
    """
    return settings.api.token.get_secret_value() or kept_secret(settings.home / TOKEN_FILE)


def redactor_of(settings: Settings) -> Redactor:
    """The redaction policy of the settings, with this installation's key for hashes."""
    if settings.redaction != "hash":
        return Redactor(settings.redaction)
    return Redactor("hash", kept_secret(settings.home / REDACTION_KEY_FILE).encode())


class Gate:
    """Lets requests in that carry the token.

    Parameters
    ----------
    token : str
    tenant_id : str
    """

    def __init__(self, token: str, *, tenant_id: str) -> None:
        self._token = token.encode()
        self._principal = Principal(tenant_id)

    def admit(self, authorization: str | None) -> Principal:
        """Who asks.

        Parameters
        ----------
        authorization : str or None
            The request's header.

        Raises
        ------
        Refusal
            401 when the token is missing or wrong.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode("latin-1", "replace"), self._token):
            return self._principal
        said = "the bearer token is wrong" if authorization else "no bearer token was sent"
        raise Refusal(
            401,
            f"{said}; send 'Authorization: Bearer TOKEN' with the content of WORKBENCH_HOME/{TOKEN_FILE}",
            code="invalid_api_key",
            headers={"www-authenticate": "Bearer"},
        )
