"""The package asana-sandbox: built, installed where nothing else is, and used from there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import requests
from packaging.requirements import Requirement

from tests.sandbox_process import READY, ROOT
from tests.support.waiting import cpu_seconds

pytestmark = pytest.mark.process

SOURCE = ROOT / "sandbox"
# What a user has beside it.
PYTEST = ("pytest", "pytest-xdist")


def run(*command: object, **given: Any) -> str:
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, **given)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def with_dependencies(names: list[str], found: dict[str, Distribution]) -> dict[str, Distribution]:
    for name in names:
        if name not in found:
            found[name] = distribution(name)
            needed = [Requirement(text) for text in found[name].requires or ()]
            wanted = [
                it.name for it in needed if not it.marker or it.marker.evaluate({"extra": ""})
            ]
            with_dependencies(wanted, found)
    return found


def link(names: list[str], folder: Path) -> None:
    """Makes these distributions, and what they depend on, importable from a folder."""
    for one in with_dependencies(names, {}).values():
        for top in {path.parts[0] for path in one.files or () if path.parts[0] != ".."}:
            target = folder / top
            if top != "__pycache__" and not target.exists():
                target.symlink_to(Path(str(one.locate_file(top))))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=SOURCE)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def venv(wheel, tmp_path_factory):
    """An environment with the wheel, its dependencies as it declares them, and pytest."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv)
    pip = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python"]
    run(*pip, "install", "--no-index", "--no-deps", wheel)
    [site] = venv.glob("lib/python*/site-packages")
    [metadata] = site.glob("asana_sandbox-*.dist-info")
    needed = Distribution.at(metadata).requires or []
    link([Requirement(text).name for text in needed if "extra ==" not in text], site)
    assert "No broken requirements" in run(*pip, "check")
    link(list(PYTEST), site)
    return venv


def test_the_wheel_has_the_server_and_nothing_of_the_timesheet(wheel):
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    server = "asana_sandbox/server/sandbox/"
    assert {f"{server}api/entries.py", f"{server}static/sandbox/style.css"} <= set(names)
    assert f"{server}templates/sandbox/start.html" in names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"asana_sandbox"}
    assert "asana_sandbox/pytest_plugin.py" in names
    assert not [name for name in names if "demo" in name or "example" in name]
    assert "License-Expression: MIT" in metadata
    assert (SOURCE / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_the_command_starts_within_a_second_of_work(venv, tmp_path):
    command = [str(venv / "bin" / "asana-sandbox"), "--port", "0", "--now", "2026-11-23"]
    # The first start compiles the modules.
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
            address = process.stdout.readline().removeprefix(READY).strip()
            seconds = cpu_seconds(process.pid)
            assert requests.get(address, timeout=60).status_code == 200
            process.terminate()
        assert process.returncode == 0
    assert seconds < 1
    assert list(tmp_path.iterdir()) == []


def test_the_example_runs_with_the_plugin_alone_on_several_workers(venv, tmp_path):
    folder = tmp_path / "examples"
    shutil.copytree(SOURCE / "examples", folder, ignore=shutil.ignore_patterns("__pycache__"))
    # A folder of this name, and modules of these names, are not taken for the server's.
    (folder / "sandbox").mkdir()
    for name in ("sandbox/__init__.py", "settings.py", "models.py", "clock.py", "process.py"):
        (folder / name).write_text("raise AssertionError\n")
    (folder / "pytest.ini").write_text("[pytest]\nasana_sandbox = --size none\n")
    (folder / "test_nobody.py").write_text("def test(asana):\n    assert asana.people == {}\n")
    command = [venv / "bin" / "python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    assert "7 passed" in run(*command, cwd=folder)
