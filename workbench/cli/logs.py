"""``workbench logs``: what a local server wrote."""

from datetime import UTC, datetime
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command()
    def logs(
        name: Annotated[str, typer.Argument(help="kafka, neo4j, clickhouse, postgresql, s3 or supervisor.")],
        since: Annotated[
            str, typer.Option(help="Leave out what is older: 30s, 10m, 2h, or a time such as 2026-01-31T12:00:00Z.")
        ] = "",
        level: Annotated[str, typer.Option(help="Least level: debug, info, warning or error.")] = "debug",
        match: Annotated[str, typer.Option(help="Regular expression, without regard to case.")] = "",
        lines: Annotated[int, typer.Option(min=1, help="At most so many entries, the newest.")] = 200,
    ) -> None:
        """Show a server's log, oldest first; a stack trace counts as one entry.

        Exit codes: 0 also when nothing matches, 2 an unknown name or an unusable option.
        """
        import re
        from collections import deque
        from heapq import merge

        from workbench.errors import UsageError
        from workbench.settings import load_settings
        from workbench.stack.layout import Layout
        from workbench.stack.logs import LEVELS, log_files, read_log
        from workbench.stack.registry import SERVERS

        names = [*SERVERS, "supervisor"]
        if name not in names:
            raise UsageError(f"no server is called {name!r}; names: {', '.join(names)}")
        if level.upper() not in LEVELS:
            raise UsageError(f"no level {level!r}; levels: {', '.join(LEVELS).lower()}")
        try:
            re.compile(match)
        except re.error as error:
            raise UsageError(f"--match {match!r} is not a regular expression: {error}") from error
        layout, start = Layout(load_settings().home), moment_of(since) if since else None
        files = log_files(layout.logs, name)
        read = (read_log(path, since=start, level=level.upper(), match=match or None) for path in files)
        beginning = datetime.min.replace(tzinfo=UTC)
        for entry in deque(merge(*read, key=lambda entry: entry.time or beginning), maxlen=lines):
            print(entry.text)


def moment_of(text: str) -> datetime:
    """A time, given as such or as a duration before now.

    Raises
    ------
    UsageError
        When it is neither.
    """
    from datetime import timedelta

    from workbench.clock import as_utc, utc_now
    from workbench.errors import UsageError
    from workbench.settings.values import parse_duration

    try:
        return utc_now() - timedelta(seconds=float(parse_duration(text)))
    except ValueError:
        pass
    try:
        return as_utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise UsageError(f"--since {text!r}: {error}; write 10m, or a time such as 2026-01-31T12:00:00Z") from error
