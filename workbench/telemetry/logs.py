"""Logging for every command: an event phrase plus fields, never a body and never a secret.

A terminal gets coloured lines, anything else one JSON object a line. Records of libraries that use
the standard ``logging`` module go the same way.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from pydantic import SecretStr

from workbench.settings import Settings

HIDDEN = "[hidden]"

_SECRET_WORDS = frozenset({"authorization", "password", "secret", "api_key", "access_key", "secret_key", "token"})
_BODY_WORDS = frozenset({"body", "text", "content", "messages", "prompt", "request", "response", "payload"})
_QUIET_LIBRARIES = ("kafka", "httpx", "httpcore", "neo4j", "botocore", "urllib3", "asyncio", "uvicorn.access")
"""Chatty below WARNING: one line per request or per reconnect says nothing to an operator."""

Fields = MutableMapping[str, Any]


def hide_secrets_and_bodies(_logger: Any, _method: str, fields: Fields) -> Fields:
    """Replace values whose field name says that they are a secret or a message body.

    Names are matched whole or as the last word (``db_password``, ``api_token``); counts such as
    ``tokens_input`` stay.

    Examples
    --------
    >>> hide_secrets_and_bodies(None, "info", {"event": "call done", "api_token": "x", "tokens_input": 3})
    {'event': 'call done', 'api_token': '[hidden]', 'tokens_input': 3}
    """
    for name, value in fields.items():
        word = name.lower()
        hidden = word in _SECRET_WORDS or word in _BODY_WORDS or word.rsplit("_", 1)[-1] in _SECRET_WORDS
        if hidden or isinstance(value, (bytes, SecretStr)):
            fields[name] = HIDDEN
    return fields


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets_and_bodies,
        structlog.processors.format_exc_info,
    ]


def configure_logging(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send all logging of this process to one stream; a second call replaces the first.

    Parameters
    ----------
    settings : Settings
        `log_level` is the least level that is written.
    stream : text file, optional
        Default: standard error, so that a command's own output stays clean.
    """
    target = sys.stderr if stream is None else stream
    shared = _shared_processors()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if target.isatty()
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "workbench", False)]:
        root.removeHandler(old)
    handler.workbench = True  # type: ignore[attr-defined]  # marks it for replacement by a second call
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Any:
    """A logger for one module: ``log.info("batch written", sink="graph", events=12)``."""
    return structlog.stdlib.get_logger(name)
