"""ClickHouse: the server inside the ``chdb-core`` wheel, run in a process of its own."""

import base64
import hashlib
import json
import sys
import uuid
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import psutil

from workbench.errors import StackError
from workbench.queries import load_query
from workbench.stack.account import make_data_folder
from workbench.stack.credentials import USER
from workbench.stack.layout import write_private
from workbench.stack.ports import LOOPBACK
from workbench.stack.server import Launch, Say, Site

LARGEST_MEMORY_BYTES = 8 * 2**30
"""Limit of the whole server; half of the machine's memory when that is less."""

DATABASE = "helixagent_analytics"
"""Made when the settings name no other."""

_CONFIG = """<clickhouse>
  <logger>
    <level>warning</level><log>{log}</log>
    <size>50M</size><count>2</count>
  </logger>
  <log-level>warning</log-level>
  <listen_host>127.0.0.1</listen_host>
  <http_port>{port}</http_port>
  <http_handlers>
    <rule>
      <url>/ping</url>
      <handler><type>static</type><status>200</status><response_content>Ok.</response_content></handler>
    </rule>
    <rule>
      <url>/metrics</url><headers><Authorization>{basic}</Authorization></headers>
      <handler><type>prometheus</type><metrics>true</metrics><events>true</events></handler>
    </rule>
    <rule>
      <headers><Authorization>{basic}</Authorization></headers>
      <handler><type>dynamic_query_handler</type><query_param_name>query</query_param_name></handler>
    </rule>
  </http_handlers>
  <max_server_memory_usage>{memory}</max_server_memory_usage>
  <mark_cache_size>268435456</mark_cache_size>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <user_files_path>{folder}/files/</user_files_path>
  <query_log>
    <database>system</database><table>query_log</table>
    <flush_interval_milliseconds>1000</flush_interval_milliseconds>
    <ttl>event_date + INTERVAL 7 DAY DELETE</ttl>
  </query_log>
</clickhouse>
"""

_USERS = """<clickhouse>
  <profiles>
    <default>
      <max_memory_usage>{memory}</max_memory_usage>
      <allow_introspection_functions>0</allow_introspection_functions>
    </default>
  </profiles>
  <users>
    <!-- The engine's own session logs in as default, which can be neither removed nor locked: it has no rights
         beyond opening the port, and HTTP without the other account's exact header is refused. -->
    <default>
      <password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
      <grants>
        <query>GRANT SYSTEM LISTEN ON *.*</query>
        <query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
      </grants>
    </default>
    <{user}>
      <password_sha256_hex>{digest}</password_sha256_hex><networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota><access_management>1</access_management>
    </{user}>
  </users>
  <quotas><default/></quotas>
</clickhouse>
"""


def basic_header(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def request(port: int, basic: str, *, text: str = "", parameters: dict[str, str] | None = None) -> tuple[int, str]:
    """One statement over HTTP, or a ping without one.

    Returns
    -------
    tuple of int and str
        Status and body.

    Raises
    ------
    OSError
        When the server does not answer within 5 s.
    """
    connection = HTTPConnection(LOOPBACK, port, timeout=5.0)
    try:
        if text:
            query = urlencode({f"param_{name}": value for name, value in (parameters or {}).items()})
            connection.request("POST", f"/?{query}", body=text.encode(), headers={"Authorization": basic})
        else:
            connection.request("GET", "/ping")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def _keep_system_database(database: Path) -> None:
    # otherwise `system` lives in memory, and the query log is lost at each stop
    definition = database / "metadata" / "system.sql"
    if definition.exists():
        return
    name = str(uuid.uuid4())
    (database / "store" / name[:3] / name).mkdir(parents=True)
    definition.parent.mkdir(exist_ok=True)
    link = definition.parent / "system"
    link.unlink(missing_ok=True)
    link.symlink_to(f"../store/{name[:3]}/{name}")
    write_private(definition, f"ATTACH DATABASE _ UUID '{name}'\nENGINE = Atomic\n")


class ClickHouse:
    """The analytics warehouse."""

    name = "clickhouse"
    version = "26.9.2.1"
    port_names = ("http",)
    section = "clickhouse"
    unprivileged = False

    def prepare(self, site: Site, say: Say) -> None:
        """Write the configuration and lay the empty system database."""
        say("preparing")
        make_data_folder(site.data, site.layout.home, account=site.account)
        folder = site.data / "server"
        for each in (folder, folder / "files", site.data / "database"):
            each.mkdir(mode=0o700, exist_ok=True)
        password = site.credentials["clickhouse_password"]
        basic = basic_header(USER, password)
        memory = min(LARGEST_MEMORY_BYTES, psutil.virtual_memory().total // 2)
        write_private(
            folder / "config.xml",
            _CONFIG.format(
                folder=escape(str(folder)),
                log=escape(str(site.layout.log("clickhouse-engine"))),
                port=site.ports["http"],
                basic=basic,
                memory=memory,
            ),
        )
        digest = hashlib.sha256(password.encode()).hexdigest()
        write_private(folder / "users.xml", _USERS.format(user=USER, digest=digest, memory=memory // 2))
        launch = {"port": site.ports["http"], "basic": basic, "database": site.options.get("database", DATABASE)}
        write_private(folder / "launch.json", json.dumps(launch))
        _keep_system_database(site.data / "database")

    def launch(self, site: Site) -> Launch:
        """A Python process that runs the engine."""
        return Launch((sys.executable, "-m", "workbench.stack.clickhouse_process", str(site.data)))

    def ready(self, site: Site) -> bool:
        """Whether it answers; its database is made when it is not there yet."""
        launch = json.loads((site.data / "server" / "launch.json").read_text(encoding="utf-8"))
        status, _ = request(launch["port"], launch["basic"])
        if status != 200:
            return False
        statement = load_query("warehouse", "server/create_database").text
        status, body = request(
            launch["port"], launch["basic"], text=statement, parameters={"database": launch["database"]}
        )
        if status != 200:
            raise StackError(f"clickhouse: database {launch['database']} cannot be made: {body.strip()[:300]}")
        return True

    def connection(self, site: Site) -> dict[str, str]:
        """Address and account."""
        return {
            "BIGDATA_CLICKHOUSE_HOST": LOOPBACK,
            "BIGDATA_CLICKHOUSE_PORT": str(site.ports["http"]),
            "BIGDATA_CLICKHOUSE_USER": USER,
            "BIGDATA_CLICKHOUSE_PASSWORD": site.credentials["clickhouse_password"],
            "BIGDATA_CLICKHOUSE_DATABASE": site.options.get("database", DATABASE),
        }
