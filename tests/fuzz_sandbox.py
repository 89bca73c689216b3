"""`python -m tests.fuzz_sandbox [SECONDS]`: made-up requests by Asana's description, to a sandbox.

Schemathesis makes requests of every operation, first with any ids, then with those of existing
records. A response of 500 or more fails, and so does one that is not as described, unless
`tests.sandbox_process.KNOWN_GAPS` says why the description is wrong or silent there.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from tests.sandbox_process import CONTRACTS, Sandbox, known, start_sandbox

SECONDS = 300
# An admin, who may do the most.
TOKEN = "sandbox-omar"
# Records of the made-up company, by the names of parameters.
RECORDS = {
    ("workspace_gid", "workspace", "organization"): "1200000000000001",
    ("user_gid", "user"): "1201000000000001",
    ("workspace_membership_gid",): "1202000000000001",
    ("team_gid", "team"): "1203000000000001",
    ("project_gid", "project", "parent"): "1204000000000001",
    ("task_gid", "task", "resource"): "1205000000000001",
    ("time_tracking_category_gid",): "1206000000000001",
    ("time_tracking_entry_gid",): "1207000000000001",
    ("timesheet_approval_status_gid",): "1208000000000001",
    ("ooo_entry_gid",): "1209000000000001",
    ("budget_gid",): "1210000000000001",
    ("rate_gid",): "1211000000000001",
    ("allocation_gid",): "1212000000000001",
    ("user_task_list_gid",): "2202000000000001",
}


def main() -> None:
    """Run for a number of seconds, half of them with existing ids; exit with 1 on errors."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    description = CONTRACTS[-1]
    if description.name != "openapi.yaml":
        sys.exit("Asana's description is not at hand: ../shared/asana/openapi.yaml")
    # What is deleted would be gone for the others.
    without_delete = ("--exclude-method", "DELETE")
    codes = [
        _run(description, seconds // 2, "any ids", ""),
        _run(description, seconds // 2, "existing ids", _parameters(), *without_delete),
    ]
    sys.exit(max(codes))


def _parameters() -> str:
    lines = [f'{name} = "{gid}"' for names, gid in RECORDS.items() for name in names]
    return "\n".join(["[parameters]", *lines, ""])


def _run(description: Path, seconds: int, kind: str, config: str, *more: str) -> int:
    with tempfile.TemporaryDirectory() as folder, start_sandbox() as sandbox:
        (Path(folder) / "schemathesis.toml").write_text(config)
        command = [str(Path(sys.executable).absolute().parent / "st"), "--no-color"]
        command += ["run", str(description), "--url", sandbox.api, *more]
        command += ["--header", f"Authorization: Bearer {TOKEN}", "--max-time", str(seconds)]
        command += ["--checks", "not_a_server_error,content_type_conformance"]
        result = subprocess.run(
            [*command, "--continue-on-failure", "--warnings", "off"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + 120,
        )
        cases = [line.strip() for line in result.stdout.splitlines() if " generated" in line]
        sys.stdout.write(f"{kind}, {seconds} s: {' '.join(cases)}; {_differences(sandbox)}\n")
        if result.returncode:
            sys.stdout.write(result.stdout + result.stderr)
    return result.returncode


def _differences(sandbox: Sandbox) -> str:
    """Tell how many responses were not as described; `start_sandbox` fails for unknown gaps."""
    report = requests.get(f"{sandbox.url}/sandbox/contract", timeout=60).json()
    explained = sum(known(problem) for problem in report["problems"])
    unexplained = len(report["problems"]) - explained
    compared = sum(report["compared"].values())
    return (
        f"{compared} good responses of {len(report['compared'])} operations compared, "
        f"{explained} differences explained, {unexplained} not"
    )


if __name__ == "__main__":
    main()
