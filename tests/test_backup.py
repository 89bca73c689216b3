"""Backing up and restoring, by the commands and on real files, while others write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import BrowserSession, Connection, Event, User
from accounts.sessions.store import SessionStore
from bench.child_processes import start_child
from bench.torture.people import Person
from bench.torture.postgres import postgres
from bench.torture.run import WEEK
from bench.torture.stack import started
from tests.support.edits import make_edit
from tests.support.prepared import prepared
from tests.support.waiting import until
from tests.test_processes import MONDAY, minutes_in_asana
from timesheet.admin.backups import as_default
from timesheet.journal import wakeup
from timesheet.models import Edit

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[1]
OTHER_KEY = "Rb0m3vJrYyqIY1lW1c5dRrPTO2pXB1nYcXgEJ0nP3zA="
KEEP_WRITING = """
import itertools, os, pathlib
from django.db import transaction
from tests.test_backup import write
for number in itertools.count(int(os.environ["FIRST"])):
    if not pathlib.Path(os.environ["GO_ON"]).exists():
        break
    with transaction.atomic():
        write(number)
"""

Run = Callable[..., str]


def write(number: int) -> None:
    """A person, their connection and three edits: all of it or nothing."""
    now = timezone.now()
    user = User.objects.create_user(f"9{number}", f"Person {number}")
    Connection.objects.create(user=user, method="token", access_token=f"secret-{number}")
    for minutes in (10, 20, 30):
        make_edit(user, "queued", now=now, minutes=minutes)


@pytest.fixture(scope="module")
def empty(tmp_path_factory, django_db_blocker) -> Path:
    """A database with all tables."""
    file = tmp_path_factory.mktemp("empty") / "house.sqlite3"
    with django_db_blocker.unblock(), as_default(file):
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
    return file


@pytest.fixture
def workspace_policy(empty: Path, tmp_path: Path, django_db_blocker) -> Iterator[Path]:
    """A folder with a database of three people."""
    shutil.copy(empty, tmp_path)
    with django_db_blocker.unblock(), as_default(tmp_path / "house.sqlite3"):
        for number in range(3):
            write(number)
        Edit.objects.filter(duration_minutes=30).update(state="confirmed")
        connection.close()
        yield tmp_path
        wakeup.queue().huey.flush()


@pytest.fixture
def run(workspace_policy: Path) -> Run:
    """A command; what it says."""

    def run(*args: str) -> str:
        out = StringIO()
        call_command(*args, stdout=out)
        connection.close()
        return out.getvalue()

    return run


@pytest.fixture
def kept(workspace_policy: Path, run: Run) -> Path:
    """A backup of the three."""
    run("backup", str(workspace_policy / "backup"))
    return workspace_policy / "backup"


COUNTS = """
SELECT (SELECT count(*) FROM accounts_user), (SELECT count(*) FROM accounts_connection),
       (SELECT count(*) FROM timesheet_edit)
"""


def counts(file: Path) -> tuple[int, int, int]:
    """People, connections, edits."""
    with closing(sqlite3.connect(file)) as database:
        return database.execute(COUNTS).fetchone()


def is_whole(file: Path) -> bool:
    people, connections, edits = counts(file)
    with closing(sqlite3.connect(file)) as database:
        said = database.execute("PRAGMA integrity_check").fetchall()
    return said == [("ok",)] and people == connections and edits == 3 * people


@pytest.fixture
def writers(workspace_policy: Path) -> Iterator[None]:
    """Two processes that write as fast as they can."""
    go_on = workspace_policy / "go-on"
    go_on.touch()
    given = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{workspace_policy / 'house.sqlite3'}",
        "TOKEN_KEYS": ",".join(configured.TOKEN_KEYS),
        "GO_ON": str(go_on),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c"]
    processes = [
        start_child(
            [*command, KEEP_WRITING],
            cwd=ROOT,
            env={**given, "FIRST": str(first)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in (1_000, 5_000_000)
    ]
    until(lambda: counts(workspace_policy / "house.sqlite3")[0] > 10)
    yield
    assert [process.poll() for process in processes] == [None, None]
    go_on.unlink()
    assert [process.communicate(timeout=30)[1] for process in processes] == ["", ""]


def test_what_is_backed_up_while_others_write_is_whole(workspace_policy, run, writers):
    sizes = []
    for number in range(5):
        run("backup", str(workspace_policy / f"backup-{number}"))
        assert is_whole(workspace_policy / f"backup-{number}")
        sizes.append(counts(workspace_policy / f"backup-{number}")[0])
    assert sizes == sorted(set(sizes))


def test_what_is_restored_while_others_read_and_write_is_seen_whole(workspace_policy, run, writers):
    run("backup", str(workspace_policy / "backup"))
    then = counts(workspace_policy / "backup")[0]
    until(lambda: counts(workspace_policy / "house.sqlite3")[0] > then + 50)
    seen: list[tuple[int, int, int]] = []
    over = threading.Event()

    def read() -> None:
        with closing(sqlite3.connect(workspace_policy / "house.sqlite3", timeout=20)) as database:
            while not over.is_set():
                seen.append(database.execute(COUNTS).fetchone())

    reader = threading.Thread(target=read)
    reader.start()
    run("restore", str(workspace_policy / "backup"), "--yes")
    # Back to the backup first: before that, the last number always exceeds the smallest.
    until(lambda: min(seen)[0] < then + 50 and seen[-1] > min(seen))
    over.set()
    reader.join()
    assert [one for one in seen if one != (one[0], one[0], 3 * one[0])] == []
    # It went on, back, and on again.
    numbers = [people for people, _connections, _edits in seen]
    assert max(numbers) > then + 50
    assert min(numbers) < then + 50
    assert numbers[-1] > min(numbers)
    (before,) = workspace_policy.glob("house.sqlite3.before-*")
    assert is_whole(before)
    assert counts(before)[0] > then + 50


def test_it_comes_back_as_it_was(workspace_policy, run, kept):
    Edit.objects.all().delete()
    User.objects.all().delete()
    said = run("restore", str(kept), "--yes")
    assert "people: 3, connections: 3, edits: 9, open ones: 6" in said
    assert "Unsynced changes in the backup: 6" in said
    tokens = [one.access_token for one in Connection.objects.order_by("pk")]
    assert tokens == ["secret-0", "secret-1", "secret-2"]
    edits = Edit.objects.values_list("duration_minutes", "state")[:3]
    assert list(edits) == [(10, "restored"), (20, "restored"), (30, "confirmed")]
    (before,) = workspace_policy.glob("house.sqlite3.before-*")
    assert str(before) in said
    assert counts(before) == (0, 0, 0)


def test_it_is_in_the_audit_log(workspace_policy, run, kept):
    run("restore", str(kept), "--yes")
    (event,) = Event.objects.all()
    assert (event.action, event.actor_name) == ("restored", "command line")
    assert event.after == {"from": "backup"}


def test_the_keys_are_said_to_be_missing(workspace_policy, run):
    said = run("backup", str(workspace_policy / "backup"))
    assert "TOKEN_KEYS and SECRET_KEY are not in it, and you need both" in said
    for secret in (*configured.TOKEN_KEYS, configured.SECRET_KEY, "secret-0"):
        assert secret.encode() not in (workspace_policy / "backup").read_bytes()


def test_a_key_that_does_not_open_the_tokens_is_said(workspace_policy, run, kept, settings):
    settings.TOKEN_KEYS = [OTHER_KEY]
    said = run("restore", str(kept), "--yes")
    assert "TOKEN_KEYS can't decrypt the tokens of 3 connections." in said


def test_it_can_be_restored_where_nothing_was(workspace_policy, run, kept):
    (workspace_policy / "house.sqlite3").unlink()
    said = run("restore", str(kept), "--yes")
    assert is_whole(workspace_policy / "house.sqlite3")
    assert "What was there before" not in said


def test_nobody_is_signed_in_after_it_and_nothing_is_remembered(workspace_policy, run):
    cache.set("remembered", "hours of somebody", 3600)
    session = SessionStore()
    session.save(must_create=True)
    run("backup", str(workspace_policy / "backup"))
    for kept_out in ("remembered", session.session_key):
        assert kept_out.encode() not in (workspace_policy / "backup").read_bytes()
    run("restore", str(workspace_policy / "backup"), "--yes")
    assert cache.get("remembered") is None
    assert BrowserSession.objects.count() == 0


def test_only_its_owner_can_read_it_and_nothing_else_is_left(workspace_policy, run, kept):
    run("restore", str(kept), "--yes")
    (before,) = workspace_policy.glob("house.sqlite3.before-*")
    for file in (kept, before):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {file.name for file in workspace_policy.iterdir()} == {
        "backup",
        before.name,
        "house.sqlite3",
    }


def test_a_file_that_is_there_is_replaced_only_when_it_is_said(workspace_policy, run):
    (workspace_policy / "backup").write_text("Something else")
    with pytest.raises(CommandError, match=r"already exists\. Nothing was written\."):
        run("backup", str(workspace_policy / "backup"))
    assert (workspace_policy / "backup").read_text() == "Something else"
    run("backup", str(workspace_policy / "backup"), "--force")
    assert is_whole(workspace_policy / "backup")


@pytest.mark.parametrize(("command", "flag"), [("backup", "--force"), ("restore", "--yes")])
def test_the_database_is_never_its_own_backup(workspace_policy, run, command, flag):
    with pytest.raises(CommandError, match="Nothing was"):
        run(command, str(workspace_policy / "house.sqlite3"), flag)
    assert is_whole(workspace_policy / "house.sqlite3")


def test_a_folder_that_is_not_there_is_said(workspace_policy, run):
    with pytest.raises(CommandError, match="No file could be written to"):
        run("backup", str(workspace_policy / "nowhere" / "backup"))


def text(file: Path) -> None:
    file.write_text("hours\n" * 1000)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20_000])


def overwritten(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[8192:40960] = bytes(40960 - 8192)
    file.write_bytes(content)


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE hours (minutes)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('timesheet', '9999_later', '2030-01-01')"
        )
        database.commit()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (text, "isn't an intact backup"),
        (cut_off, "(isn't an intact backup|is damaged)"),
        (overwritten, "(isn't an intact backup|is damaged)"),
        (foreign, "isn't a backup of this timesheet"),
        (newer, r"is from a newer version, with timesheet\.9999_later"),
        (Path.unlink, "There is no file"),
    ],
)
def test_what_is_no_backup_changes_nothing(workspace_policy, run, kept, spoil, words):
    spoil(kept)
    with pytest.raises(CommandError, match=rf"(?s){words}.*Nothing was changed\."):
        run("restore", str(kept), "--yes")
    assert is_whole(workspace_policy / "house.sqlite3")
    assert list(workspace_policy.glob("house.sqlite3.before-*")) == []


@pytest.mark.parametrize("typed", ["no\n", "\n", ""])
def test_without_a_yes_nothing_is_changed(workspace_policy, run, kept, monkeypatch, typed):
    write(77)
    monkeypatch.setattr("sys.stdin", StringIO(typed))
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        run("restore", str(kept))
    assert counts(workspace_policy / "house.sqlite3")[0] == 4


def test_with_a_yes_it_is_restored(workspace_policy, run, kept, monkeypatch):
    write(77)
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    run("restore", str(kept))
    assert counts(workspace_policy / "house.sqlite3")[0] == 3


def test_an_older_backup_is_brought_to_this_version(workspace_policy, run):
    # Our own apps have one migration each, so an app of Django's stands for a change of tables.
    run("migrate", "contenttypes", "0001")
    run("backup", str(workspace_policy / "backup"))
    run("migrate")
    run("restore", str(workspace_policy / "backup"), "--yes")
    run("migrate", "--check")
    assert is_whole(workspace_policy / "house.sqlite3")


def test_a_database_beyond_repair_is_left_for_its_owner(workspace_policy, run, kept):
    text(workspace_policy / "house.sqlite3")
    with pytest.raises(CommandError, match="move it and its -wal and -shm files elsewhere"):
        run("restore", str(kept), "--yes")
    (workspace_policy / "house.sqlite3").rename(workspace_policy / "broken")
    run("restore", str(kept), "--yes")
    assert is_whole(workspace_policy / "house.sqlite3")


def test_postgresql_is_left_to_its_own_tools(workspace_policy, run, kept, settings):
    settings.SQLITE = False
    for command in (("backup", str(workspace_policy / "other")), ("restore", str(kept), "--yes")):
        with pytest.raises(CommandError, match="pg_dump and pg_restore"):
            run(*command)


def test_hours_that_reached_asana_since_are_not_written_twice(tmp_path):
    file = tmp_path / "timesheet.sqlite3"
    with started(
        tmp_path, f"sqlite:///{file}", "small", webs=1, workers=1, prepared=prepared()
    ) as stack:
        ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
        ada.settle_in()
        stack.ask("PUT", "faults", json=[{"kind": "drop_before", "path": "/api/"}])
        edit = "00000000-0000-4000-8000-000000000001"
        values = {"task": ada.tasks[0], "day": MONDAY, "seen": "", "edit": edit, "text": "+0:07"}
        assert 'data-state="queued"' in ada.post("cells/", values).text
        manage(stack.environment, "backup", tmp_path / "backup")
        stack.ask("DELETE", "faults")
        until(lambda: minutes_in_asana(ada) == [7])
        manage(stack.environment, "restore", tmp_path / "backup", "--yes")
        until(lambda: states(file) == ["conflict"], 90)
        assert minutes_in_asana(ada) == [7]


def test_a_file_that_was_copied_back_delivers_nothing_until_it_is_checked(tmp_path):
    file = tmp_path / "timesheet.sqlite3"
    with started(tmp_path, f"sqlite:///{file}", "small", webs=1, prepared=prepared()) as stack:
        ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
        ada.settle_in()
        stack.ask("PUT", "faults", json=[{"kind": "drop_before", "path": "/api/"}])
        edit = "00000000-0000-4000-8000-000000000001"
        values = {"task": ada.tasks[0], "day": MONDAY, "seen": "", "edit": edit, "text": "+0:07"}
        assert 'data-state="queued"' in ada.post("cells/", values).text
        manage(stack.environment, "backup", tmp_path / "backup")
        stack.ask("DELETE", "faults")
        until(lambda: minutes_in_asana(ada) == [7])
        until(lambda: states(file) == ["confirmed"])
        with (
            closing(sqlite3.connect(tmp_path / "backup")) as backup,
            closing(sqlite3.connect(file, timeout=20)) as database,
        ):
            backup.backup(database)
        until(lambda: "paused" in reasons(file)[0], 90)
        assert states(file) == ["queued"]
        command = [sys.executable, "manage.py", "after_restore", "--yes"]
        subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)
        until(lambda: states(file) == ["conflict"], 90)
        assert minutes_in_asana(ada) == [7]


def test_a_restored_dump_delivers_nothing_until_it_is_checked(tmp_path):
    with (
        postgres() as address,
        started(tmp_path, address, "small", webs=1, prepared=prepared()) as stack,
    ):
        ada = Person(stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
        ada.settle_in()
        stack.ask("PUT", "faults", json=[{"kind": "drop_before", "path": "/api/"}])
        edit = "00000000-0000-4000-8000-000000000001"
        values = {"task": ada.tasks[0], "day": MONDAY, "seen": "", "edit": edit, "text": "+0:07"}
        assert 'data-state="queued"' in ada.post("cells/", values).text
        tool("pg_dump", "-Fc", "-f", tmp_path / "dump", address)
        stack.ask("DELETE", "faults")
        until(lambda: minutes_in_asana(ada) == [7])
        # Also a machine without the file tells it.
        (tmp_path / "delivery.mark").unlink()
        load_dump(address, tmp_path / "dump")
        until(lambda: "paused" in query(address, "SELECT reason FROM timesheet_edit"), 90)
        assert query(address, "SELECT state FROM timesheet_edit") == "queued"
        command = [sys.executable, "manage.py", "after_restore", "--yes"]
        subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)
        until(lambda: query(address, "SELECT state FROM timesheet_edit") == "conflict", 90)
        assert minutes_in_asana(ada) == [7]


def test_a_dump_replaces_all_tables_or_none(tmp_path):
    dump, cut = tmp_path / "dump", tmp_path / "cut"
    with postgres() as address:
        query(address, "CREATE TABLE hours (minutes int); INSERT INTO hours VALUES (90)")
        tool("pg_dump", "-Fc", "-f", dump, address)
        # Since then the tables of a later version were made.
        query(address, "CREATE TABLE later (gid text); UPDATE hours SET minutes = 5")
        cut.write_bytes(dump.read_bytes()[:-40])
        with pytest.raises(subprocess.CalledProcessError):
            load_dump(address, cut)
        assert query(address, "SELECT minutes FROM hours") == "5"
        load_dump(address, dump)
        assert query(address, "SELECT minutes FROM hours") == "90"
        assert query(address, "SELECT to_regclass('later') IS NULL") == "t"


def test_a_dump_is_not_loaded_into_sqlite(tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as refused:
        load_dump(f"sqlite:///{tmp_path / 'timesheet.sqlite3'}", tmp_path / "dump")
    assert "manage.py restore" in refused.value.stderr


def load_dump(address: str, dump: Path) -> None:
    """Replaces the database with a dump, as the manual says."""
    subprocess.run(
        ["sh", "deploy/load-dump.sh", str(dump)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        check=True,
        capture_output=True,
        text=True,
    )


def tool(name: str, *args: object) -> str:
    """Runs one of PostgreSQL's tools."""
    command = [name, *map(str, args)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def query(address: str, sql: str) -> str:
    return tool("psql", "-At", "-c", sql, address).strip()


def manage(environment: dict[str, str], command: str, file: Path, *more: str) -> None:
    given = [sys.executable, "manage.py", command, str(file), *more]
    subprocess.run(given, cwd=ROOT, env=environment, check=True)


def states(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [state for (state,) in database.execute("SELECT state FROM timesheet_edit")]


def reasons(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [reason for (reason,) in database.execute("SELECT reason FROM timesheet_edit")]
