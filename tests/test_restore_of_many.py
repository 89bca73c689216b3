"""A restored backup with open edits of every kind: nothing is doubled, and nothing comes back."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from bench.torture import panel, write_log
from bench.torture.people import Person
from bench.torture.postgres import postgres
from bench.torture.run import LAST_WEEK, WEEK
from bench.torture.session import WORKSPACE
from bench.torture.stack import Stack, started
from bench.torture.week_page import Cell, undo_forms_of
from tests.sandbox_process import ROOT
from tests.support.prepared import prepared
from tests.support.waiting import until
from tests.test_backup import load_dump, manage, tool
from timesheet.domain.week import Week

pytestmark = pytest.mark.process

WRITES = ("POST", "PUT", "DELETE")
ENTRIES = "time_tracking_entries"


@dataclass
class House:
    """An installation, and how its database is saved and restored."""

    stack: Stack
    save: Callable[[], object]
    restore: Callable[[], object]


@contextmanager
def on_sqlite(folder: Path) -> Iterator[House]:
    file, kept = f"sqlite:///{folder / 'timesheet.sqlite3'}", folder / "backup"
    with started(folder, file, "small", webs=1, workers=1, prepared=prepared()) as stack:
        yield House(
            stack,
            lambda: manage(stack.environment, "backup", kept),
            lambda: manage(stack.environment, "restore", kept, "--yes"),
        )


@contextmanager
def on_postgres(folder: Path) -> Iterator[House]:
    with (
        postgres() as address,
        started(folder, address, "small", webs=1, workers=1, prepared=prepared()) as stack,
    ):

        def restore() -> None:
            load_dump(address, folder / "dump")
            command = [sys.executable, "manage.py", "after_restore", "--yes"]
            subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)

        yield House(stack, lambda: tool("pg_dump", "-Fc", "-f", folder / "dump", address), restore)


@pytest.fixture(params=[on_sqlite, on_postgres], ids=["sqlite", "postgres"])
def house(request, tmp_path) -> Iterator[House]:
    with request.param(tmp_path) as house:
        yield house


@pytest.fixture
def ada(house) -> Person:
    person = Person(house.stack, "1201000000000001", "Ada", "sandbox-ada", WEEK, Random(1))
    person.settle_in()
    return person


def cells_of(ada: Person) -> list[Cell]:
    _page, cells = ada.see()
    return [cells[place] for place in sorted(cells)]


def open_cells(ada: Person) -> list[Cell]:
    return [cell for cell in cells_of(ada) if not cell.is_settled]


def type_all(ada: Person, cells: list[Cell], text: Callable[[int], str]) -> None:
    ada.save([(cell, text(number)) for number, cell in enumerate(cells, start=10)])


def fault(kind: str) -> list[dict[str, str]]:
    """Reading works, writing does not."""
    return [{"kind": kind, "method": method, "path": ENTRIES} for method in WRITES]


def leave_open(ada: Person, stack: Stack) -> None:
    """Ask for changes of every kind, while Asana takes none, or does not say that it does."""
    cells = cells_of(ada)
    type_all(ada, cells[:20], lambda number: f"0:{number}")
    until(lambda: not open_cells(ada))
    cells = cells_of(ada)
    undo_one(ada, cells[50])
    log_in_asana(ada, cells[49].task)
    stop_a_timer(ada, stack, cells[51].task)
    stack.set_faults(fault("drop_before"))
    redo_copy_and_add_the_timer(ada)
    stack.set_faults(fault("drop_after"))
    type_all(ada, cells[20:24], lambda number: f"0:{number}")
    type_all(ada, cells[0:2], lambda _number: "1")
    stack.set_faults(fault("drop_before"))
    type_all(ada, cells[24:40], lambda number: f"0:{number}")
    type_all(ada, cells[2:8], lambda number: f"1:{number}")
    type_all(ada, cells[8:12], lambda _number: "")
    type_all(ada, cells[12:14], lambda _number: "+0:05")
    acts = (panel.change, panel.change, panel.move, panel.move, panel.split)
    for act, cell in zip(acts, cells[14:19], strict=True):
        assert act(ada, "", {cell.place: cell})
    for _ in range(5):
        panel.add_quickly(ada, "", {cell.place: cell for cell in cells[40:48]})
    page, _cells = ada.see()
    ada.post("undo/", undo_forms_of(page)["undo"])


def undo_one(ada: Person, cell: Cell) -> None:
    """Type and undo a value, which can be redone."""
    ada.save([(cell, "0:50")])
    page, _cells = ada.see()
    ada.post("undo/", undo_forms_of(page)["undo"])


def log_in_asana(ada: Person, task: str) -> None:
    """Log hours in the week before, to be copied: on Monday."""
    values = {"duration_minutes": 25, "entered_on": LAST_WEEK}
    path = f"/tasks/{task}/time_tracking_entries"
    ada.stack.api("POST", path, ada.token, json={"data": values}).raise_for_status()


def stop_a_timer(ada: Person, stack: Stack, task: str) -> None:
    """Have a timer that waits to be added, of ten minutes."""
    ada.answer("POST", f"/{WORKSPACE}/timer/start/", data={"task": task, "timer": ada.new_id()})
    earlier = "from django.utils import timezone; from datetime import timedelta; "
    earlier += "from timesheet.models import Timer; "
    earlier += "Timer.objects.update(started_at=timezone.now() - timedelta(minutes=10))"
    command = [sys.executable, "manage.py", "shell", "-c", earlier]
    subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)
    ada.answer("POST", "/timer/stop/")


def today() -> date:
    """The day of a timer: people are in UTC here."""
    return datetime.now(UTC).date()


def redo_copy_and_add_the_timer(ada: Person) -> None:
    page, _cells = ada.see()
    ada.post("undo/", undo_forms_of(page)["redo"])
    assert ada.copy(page, {})
    panel_of_timer = ada.answer("GET", "/timer/").text
    (address,) = set(re.findall(rf'action="(/{WORKSPACE}/timer/[\w-]+/add/)"', panel_of_timer))
    ada.answer("POST", address, data={"hours": "0:10", "day": str(today())})
    _page, cells = ada.see()
    kinds = Counter(cell.state for cell in cells.values() if not cell.is_settled)
    # The redo and the copy; the timer is in the week of today.
    assert kinds.total() == 2
    assert unsynced(ada) == 3


def unsynced(ada: Person) -> int:
    """How many changes the list of unsynced ones has, those that it only counts included."""
    html = ada.answer("GET", "/waiting/").text
    more = re.search(r"And (\d+) more", html)
    return html.count('<li id="edit-') + int(more[1] if more else 0)


def entries_in(stack: Stack) -> dict[str, int]:
    """What Asana's own log leads to."""
    found: dict[str, int] = {}
    for write in write_log.read(stack.write_log).writes:
        found.pop(write.entry, None)
        if write.minutes is not None:
            found[write.entry] = write.minutes
    return found


def test_nothing_is_doubled_and_nothing_comes_back(house, ada):
    leave_open(ada, house.stack)
    house.save()
    # Those typed, in the panel, moved, split, quickly added, redone, copied, and timed.
    assert unsynced(ada) >= 44
    house.stack.set_faults([])

    def settle() -> bool:
        page, cells = ada.see()
        waiting = [cell for cell in cells.values() if not cell.is_settled]
        for cell in waiting:
            ada.press(page, cell, "discard" if cell.state == "conflict" else "retry")
        return not waiting

    # To press the buttons of thirty cells takes a second itself.
    until(settle, 120, pause=3)
    # That of the timer is in another week.
    until(lambda: not unsynced(ada), 60)
    for number, cell in enumerate(cells_of(ada)[:40]):
        if cell.state == "value":
            # A third is changed, a third cleared, a third left.
            ada.save([(cell, ["2:22", "", cell_text(cell)][number % 3])])
    before = entries_in(house.stack)
    house.restore()
    until(lambda: all(cell.state in ("conflict", "refused") for cell in open_cells(ada)), 120)
    assert len(open_cells(ada)) >= 20
    assert entries_in(house.stack) == before

    def discard_all() -> bool:
        """A cell may have more than one, and shows them one after the other."""
        page, cells = ada.see()
        waiting = [cell for cell in cells.values() if not cell.is_settled]
        for cell in waiting:
            ada.press(page, cell, "discard")
        return not waiting

    until(discard_all, 120, pause=3)
    until(lambda: unsynced(ada) == 1, 60)
    ada.week = str(Week.of(today()))
    until(discard_all, 120, pause=3)
    assert not unsynced(ada)
    assert entries_in(house.stack) == before


def cell_text(cell: Cell) -> str:
    (minutes,) = cell.entries.values()
    return f"{minutes // 60}:{minutes % 60:02}"
