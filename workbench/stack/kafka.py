"""Apache Kafka: one KRaft node, broker and controller in one JVM."""

import base64
import socket
import struct
import subprocess
import uuid
from collections.abc import Callable

from workbench.errors import StackError
from workbench.stack.account import make_data_folder
from workbench.stack.jars import cache_folder, fetch_jars
from workbench.stack.java import archive_flags, archive_path, class_path, java
from workbench.stack.layout import write_private
from workbench.stack.lock_list import load_lock
from workbench.stack.ports import LOOPBACK
from workbench.stack.server import Launch, Say, Site

_MEMORY = (
    "-Xms64m", "-Xmx256m", "-Xss512k", "-XX:MaxMetaspaceSize=128m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
    "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true",
)  # fmt: skip
_QUICK = "-XX:TieredStopAtLevel=1"
"""First compiler only: a broker waits for disk and network, and starts in half the time."""

MAX_MESSAGE_BYTES = 2 * 2**20
"""A record's limit. Payloads above 256 KiB travel by reference, so the envelope stays far below."""

_CONFIGURATION = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "BROKER",
    "auto.create.topics.enable": "false",
    "num.partitions": "3",
    "message.max.bytes": str(MAX_MESSAGE_BYTES),
    "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
    # one node: every internal topic has one replica, and few partitions keep start and recovery short
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    # a killed broker is back after its session has run out: 2 s instead of 9 s
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
    # workers may ask for short sessions, and a group starts as soon as its first member is there
    "group.min.session.timeout.ms": "1000",
    "group.initial.rebalance.delay.ms": "0",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "num.recovery.threads.per.data.dir": "1",
    "log.cleaner.dedupe.buffer.size": str(8 * 2**20),
    "log.segment.bytes": str(64 * 2**20),
}

_LOGGING = """\
Configuration:
  status: warn
  Appenders:
    Console:
      name: console
      PatternLayout:
        pattern: "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC} %p %m (%c)%n"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        ref: console
    Logger:
      - name: org.apache.kafka.clients
        level: WARN
"""

_CLIENT = b"workbench-ready"
_METADATA_REQUEST = struct.pack(">hhih", 3, 4, 1, len(_CLIENT)) + _CLIENT + struct.pack(">ib", 0, 0)
"""Metadata, version 4, no topics: the answer lists the live brokers."""


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionResetError("the broker closed the connection")
        data += chunk
    return data


def cluster_id(new: Callable[[], bytes] = lambda: uuid.uuid4().bytes) -> str:
    """A new cluster's id; never one with a dash in front, which the format tool takes for an option.

    Examples
    --------
    >>> drawn = iter([bytes([0xF8] * 16), bytes(16)])
    >>> cluster_id(lambda: next(drawn))
    'AAAAAAAAAAAAAAAAAAAAAA'
    """
    while (found := base64.urlsafe_b64encode(new()).decode().rstrip("=")).startswith("-"):
        pass
    return found


class Kafka:
    """The event log."""

    name = "kafka"
    version = "4.4.0"
    port_names = ("broker", "controller")
    section = "kafka"
    unprivileged = False
    _lock = f"kafka-{version}"

    def _class_path(self) -> str:
        lock = load_lock(self._lock)
        return class_path([cache_folder() / "jars" / lock.key / jar.file_name for jar in lock.jars])

    def prepare(self, site: Site, say: Say) -> None:
        """Fetch the jars, write the configuration, format the log folder once."""
        lock = load_lock(self._lock)
        fetch_jars(
            lock,
            jars_url=site.jars_url,
            progress=lambda done, total: say(f"downloading jars, {done / 1e6:.0f} of {total / 1e6:.0f} MB"),
        )
        say("preparing")
        make_data_folder(site.data, site.layout.home, account=site.account)
        broker, controller = site.ports["broker"], site.ports["controller"]
        configuration = _CONFIGURATION | {
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
            "listeners": f"BROKER://{LOOPBACK}:{broker},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"BROKER://{LOOPBACK}:{broker}",
            "log.dirs": str(site.data / "topics"),
        }
        properties = site.data / "server.properties"
        write_private(properties, "".join(f"{name}={value}\n" for name, value in configuration.items()))
        write_private(site.data / "log4j2.yaml", _LOGGING)
        if not (site.data / "topics" / "meta.properties").is_file():
            say("formatting")
            self._format(site)

    def _format(self, site: Site) -> None:
        cluster = cluster_id()
        command = [
            str(java()), "-Xmx128m", _QUICK, "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", self._class_path(),
            "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(site.data / "server.properties"),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, cwd=site.data, check=False)
        if done.returncode != 0:
            reason = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
            raise StackError(f"kafka: {site.data / 'topics'} cannot be formatted: {reason[-1]}; see workbench doctor")

    def launch(self, site: Site) -> Launch:
        """The JVM; on first start it records its archive."""
        flags, archive = archive_flags(archive_path(load_lock(self._lock), (*_MEMORY, _QUICK)))
        command = (
            str(java()), *_MEMORY, _QUICK, *flags,
            f"-Dlog4j2.configurationFile={site.data / 'log4j2.yaml'}", f"-Dkafka.logs.dir={site.data}",
            "-cp", self._class_path(), "kafka.Kafka", str(site.data / "server.properties"),
        )  # fmt: skip
        return Launch(command, archive=archive, stop_patience_s=90.0 if archive else 30.0)

    def ready(self, site: Site) -> bool:
        """Whether the broker lists itself as alive."""
        with socket.create_connection((LOOPBACK, site.ports["broker"]), timeout=2.0) as connection:
            connection.sendall(struct.pack(">i", len(_METADATA_REQUEST)) + _METADATA_REQUEST)
            (size,) = struct.unpack(">i", _receive(connection, 4))
            # correlation id and throttle time, then the array of brokers
            _, _, brokers = struct.unpack_from(">iii", _receive(connection, size))
        return bool(brokers > 0)

    def connection(self, site: Site) -> dict[str, str]:
        """The broker's address."""
        return {"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{site.ports['broker']}"}
