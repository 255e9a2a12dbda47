"""Neo4j Community: the property graph. GPLv3: fetched at run time, never part of this package."""

import hashlib
import secrets
import socket
import struct

from workbench.stack.account import make_data_folder
from workbench.stack.jars import cache_folder, fetch_jars
from workbench.stack.java import archive_flags, archive_path, class_path, java
from workbench.stack.layout import write_private
from workbench.stack.lock_list import load_lock
from workbench.stack.ports import LOOPBACK
from workbench.stack.server import Launch, Say, Site

_FLAGS = (
    "-Xms128m", "-Xmx512m", "-Xss1m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-XX:-OmitStackTraceInFastThrow",
    "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true",
    "--add-opens=java.base/java.nio=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Dio.netty.tryReflectionSetAccessible=true", "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.layout.jsonTemplate.maxStringLength=32768",
)  # fmt: skip

_CONFIGURATION = {
    "server.default_listen_address": LOOPBACK,
    "server.default_advertised_address": LOOPBACK,
    "server.bolt.enabled": "true",
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "64m",
    "server.bolt.thread_pool_min_size": "2",
    # the driver has no deadline for reading: a frozen server is noticed after two keep-alives that did not come
    "server.bolt.connection_keep_alive": "5s",
    "server.bolt.connection_keep_alive_probes": "2",
    "db.tx_log.rotation.retention_policy": "1 files",
    "db.tx_log.rotation.size": "16m",
    "db.tx_log.preallocate": "false",
    # nothing talks to the network
    "dbms.usage_report.enabled": "false",
    "server.fleet_discovery.enabled": "false",
    "dbms.fleet_manager.enabled": "false",
    # the defaults make a stop last 11 s; clients reconnect, so open connections need no long farewell
    "server.config.strict_validation.enabled": "false",
    "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
    "internal.server.bolt.connection_shutdown_wait_time": "1s",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",
    "internal.dbms.bolt.netty_server_shutdown_timeout": "2s",
}

HASH_ROUNDS = 1_024
"""Of the password's SHA-256, as Neo4j itself does."""

_BOLT_HELLO = struct.pack(">I4I", 0x6060B017, 0x00000805, 0x00020404, 0, 0)
"""Magic, then proposals: 5.8 down to 5.8, 4.4 down to 4.2."""


def password_line(user: str, password: str) -> str:
    """A line of Neo4j's ``auth.ini``."""
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(HASH_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"{user}:SHA-256,{digest.hex()},{salt.hex()},{HASH_ROUNDS}:\n"


class Neo4j:
    """The knowledge graph."""

    name = "neo4j"
    version = "2026.08.1"
    port_names = ("bolt",)
    section = "neo4j"
    unprivileged = False
    _lock = f"neo4j-{version}"

    def prepare(self, site: Site, say: Say) -> None:
        """Fetch the jars, write configuration and, before the first start, the password."""
        fetch_jars(
            load_lock(self._lock),
            jars_url=site.jars_url,
            progress=lambda done, total: say(f"downloading jars, {done / 1e6:.0f} of {total / 1e6:.0f} MB"),
        )
        say("preparing")
        make_data_folder(site.data, site.layout.home, account=site.account)
        folders = {name: site.data / name for name in ("conf", "data", "import", "plugins", "run")}
        folders["logs"] = site.layout.logs / self.name
        for folder in folders.values():
            folder.mkdir(mode=0o700, exist_ok=True)
        configuration = _CONFIGURATION | {
            "server.bolt.listen_address": f"{LOOPBACK}:{site.ports['bolt']}",
            "server.bolt.advertised_address": f"{LOOPBACK}:{site.ports['bolt']}",
            "server.directories.data": str(folders["data"]),
            "server.directories.logs": str(folders["logs"]),
            "server.directories.transaction.logs.root": str(folders["data"] / "transactions"),
            "server.directories.import": str(folders["import"]),
            "server.directories.plugins": str(folders["plugins"]),
            "server.directories.run": str(folders["run"]),
        }
        write_private(
            folders["conf"] / "neo4j.conf", "".join(f"{name}={value}\n" for name, value in configuration.items())
        )
        accounts = folders["data"] / "dbms" / "auth.ini"
        if not accounts.is_file():
            accounts.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(accounts, password_line("neo4j", site.credentials["neo4j_password"]))

    def launch(self, site: Site) -> Launch:
        """The JVM; on first start it records its archive."""
        lock = load_lock(self._lock)
        jars = [cache_folder() / "jars" / lock.key / jar.file_name for jar in lock.jars]
        flags, archive = archive_flags(archive_path(lock, _FLAGS))
        command = (
            str(java()), *_FLAGS, *flags, "-cp", class_path(jars), "org.neo4j.server.Neo4jCommunity",
            f"--home-dir={site.data}", f"--config-dir={site.data / 'conf'}",
        )  # fmt: skip
        return Launch(command, archive=archive, stop_patience_s=120.0 if archive else 30.0)

    def ready(self, site: Site) -> bool:
        """Whether the Bolt handshake is answered; Neo4j opens this port after its databases."""
        with socket.create_connection((LOOPBACK, site.ports["bolt"]), timeout=2.0) as connection:
            connection.sendall(_BOLT_HELLO)
            return len(connection.recv(4)) == 4

    def connection(self, site: Site) -> dict[str, str]:
        """Address and account."""
        return {
            "BIGDATA_NEO4J_URI": f"bolt://{LOOPBACK}:{site.ports['bolt']}",
            "BIGDATA_NEO4J_USERNAME": "neo4j",
            "BIGDATA_NEO4J_PASSWORD": site.credentials["neo4j_password"],
            "BIGDATA_NEO4J_DATABASE": "neo4j",
        }
