"""JupyterLab as the workbench starts it: on loopback, behind a token."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from tests.stack_waits import eventually
from workbench.course.lab import lab_arguments


def test_lab_answers_on_loopback_only_and_only_with_its_token(tmp_path: Path) -> None:
    log = tmp_path / "lab.log"
    environment = {**os.environ, "WORKBENCH_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "workbench", "lab", "--port", "0"]
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as lab:
        try:
            eventually(
                lambda: re.search(r"http://127\.0\.0\.1:\d+/\S+token=\w+", log.read_text()), "its address", timeout_s=60
            )
            found = re.search(r"(http://127\.0\.0\.1:(\d+))/\S+token=(\w+)", log.read_text())
            assert found is not None
            address, port, token = found.groups()
            assert len(token) >= 40
            refused = httpx.get(f"{address}/api/contents", trust_env=False)
            assert refused.status_code == 403
            headers = {"Authorization": f"token {token}"}
            listed = httpx.get(f"{address}/api/contents/notebooks", headers=headers, trust_env=False).json()
            assert "03_knowledge_graph.ipynb" in {one["name"] for one in listed["content"]}
            listening = [
                one.laddr
                for process in (psutil.Process(lab.pid), *psutil.Process(lab.pid).children(recursive=True))
                for one in process.net_connections("inet")
                if one.status == psutil.CONN_LISTEN
            ]
            assert {one.ip for one in listening} == {"127.0.0.1"}
            assert int(port) in {one.port for one in listening}
        finally:
            lab.send_signal(signal.SIGTERM)
            lab.wait(20)


def test_lab_asks_nobody_for_news_or_updates(tmp_path: Path) -> None:
    arguments = lab_arguments(tmp_path, port=8888, browser=False)
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in arguments
    assert "--LabApp.news_url=None" in arguments
    assert "--no-browser" in arguments
    assert "--no-browser" not in lab_arguments(tmp_path, port=8888, browser=True)
