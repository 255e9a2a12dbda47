"""Run benchmarks: ``python -m benchmarks [NAME …] [--large]``.

Every module of this folder with ``run(settings, *, large) -> list[Figure]`` is a benchmark. They run on a
stack of their own under ``build/bench``; results go to ``build/bench/results.json`` with machine and commit.
"""

import argparse
import dataclasses
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

import benchmarks
from benchmarks.figures import Figure
from workbench.settings import load_settings
from workbench.stack.control import start_stack, stop_stack

ROOT = Path(__file__).parents[1]
HOME = ROOT / "build" / "bench" / "home"


def names() -> list[str]:
    found = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "run")]


def machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    return {
        "cpu": next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown"),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "commit": commit.strip(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def show(figure: Figure) -> str:
    line = f"  {figure.name}: {figure.value:,.3g} {figure.unit}"
    if figure.ratio is not None:
        line += f"  | {figure.anchor}: {figure.anchor_value:,.3g} {figure.unit}  | ratio {figure.ratio:.2f}"
    if figure.reach is not None:
        line += (
            f"  | reach {'≤' if figure.lower_is_better else '≥'} {figure.reach:g}: {'yes' if figure.reached else 'NO'}"
        )
    return line + (f"  ({figure.note})" if figure.note else "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="benchmarks to run; default all")
    parser.add_argument("--large", action="store_true", help="the full size")
    given = parser.parse_args()
    unknown = set(given.names) - set(names())
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; benchmarks: {', '.join(names())}")
    HOME.mkdir(parents=True, exist_ok=True)
    os.environ["WORKBENCH_HOME"] = str(HOME)
    results: dict[str, Any] = {"machine": machine(), "large": given.large, "benchmarks": {}}
    print(json.dumps(results["machine"]))
    start_stack(load_settings())
    try:
        for name in given.names or names():
            started = time.monotonic()
            print(name, flush=True)
            figures = importlib.import_module(f"benchmarks.{name}").run(load_settings(), large=given.large)
            for figure in figures:
                print(show(figure), flush=True)
            print(f"  [{time.monotonic() - started:.0f} s]", flush=True)
            results["benchmarks"][name] = [
                {**dataclasses.asdict(one), "ratio": one.ratio, "reached": one.reached} for one in figures
            ]
            (HOME.parent / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    finally:
        stop_stack(load_settings())
    print(f"results: {HOME.parent / 'results.json'}")


if __name__ == "__main__":
    main()
