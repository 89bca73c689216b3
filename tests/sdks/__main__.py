"""`python -m tests.sdks`: official SDKs and OAuth clients, unchanged, against a new sandbox.

Installs Asana's Node SDK from npm and requests-oauthlib from PyPI into var/sdks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import requests

from tests.sandbox_process import ROOT, start_sandbox
from tests.sdks import python_sdk, sign_in
from tests.sdks.steps import STUDIO, TOKEN, steps
from tests.sdks.target import webhook_target

FOLDER = ROOT / "var" / "sdks"
NODE_SDK = "asana@3.2.0"
OAUTH_CLIENT = "requests-oauthlib==2.0.0"


def main() -> None:
    """Run all clients, each against a new sandbox; the first error ends it."""
    _install()
    for name, run in {
        f"Asana's Python SDK {version('asana')}": _python,
        f"Asana's Node SDK {NODE_SDK}": _node,
        f"Authlib {version('authlib')}": _authlib,
        OAUTH_CLIENT: _requests_oauthlib,
    }.items():
        with start_sandbox() as sandbox, webhook_target() as target:
            sys.stdout.write(f"{name}: {run(sandbox.url, target)}\n")


def _install() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    subprocess.run([*npm, NODE_SDK], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(FOLDER / "python")]
    subprocess.run([*pip, "--upgrade", OAUTH_CLIENT], check=True)
    # Behind our own packages, which it may bring along too.
    sys.path.append(str(FOLDER / "python"))


def served_steps(root: str, target: str) -> list[dict[str, Any]]:
    """Return the steps of served operations; each of these must have one."""
    rows = requests.get(f"{root}/sandbox/operations", timeout=10).json()
    served = {row["name"] for row in rows if row["served"]}
    called = [step for step in steps(target) if step["operation"] in served]
    missing = served - {step["operation"] for step in called}
    assert not missing, f"No step calls {', '.join(sorted(missing))}"
    return called


def _python(root: str, target: str) -> str:
    return _counted(python_sdk.call_all(root, served_steps(root, target)))


def _node(root: str, target: str) -> str:
    script = ROOT / "tests" / "sdks" / "node_sdk.cjs"
    content = json.dumps({"studio": STUDIO, "steps": served_steps(root, target)})
    ended = subprocess.run(
        ["node", str(script), str(FOLDER), root, TOKEN],
        input=content,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return _counted(json.loads(ended.stdout))


def _counted(operations: list[str]) -> str:
    return f"{len(set(operations))} operations, {len(operations)} calls"


def _authlib(root: str, _target: str) -> str:
    sign_in.register(root)
    return f"signed in as {sign_in.with_authlib(root)}, refreshed, revoked"


def _requests_oauthlib(root: str, _target: str) -> str:
    sign_in.register(root)
    return f"signed in as {sign_in.with_requests_oauthlib(root)}, refreshed"


if __name__ == "__main__":
    main()
