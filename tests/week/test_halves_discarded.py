"""Discarding one half of a move or a split: the other goes with it, or people read what stays."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.support.asana import CREATE, LIST
from tests.support.pages import page
from tests.support.people import BANK_ID, STAND_UP
from timesheet.journal import dispatch
from timesheet.models import DeliveryLock, Edit

MOVE = ("entry/move/", {"to": STAND_UP}, 2)
SPLIT = ("entry/split/", {"part": "0:20"}, 1)
TWICE = "The new entry is saved, but the old one is unchanged."


@pytest.fixture
def send(ada, entries, monday):
    """Moves or splits Monday's entry, in the panel that was opened before."""
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    listed = page(ada.see("entries/", htmx=True, task=BANK_ID, day=str(monday)))
    found = re.search(
        rf'name="entry" value="{gid}".*?name="fingerprint" value="(\w+)"', listed, re.DOTALL
    )
    values = {"task": BANK_ID, "day": str(monday), "entry": gid, "fingerprint": found[1]}
    return lambda path, more: ada.send(path, **values, **more, step=str(uuid4()))


def discard(ada, edit: Edit) -> str:
    return page(ada.send(f"unsynced/{edit.edit_id}/discard/"))


def states() -> list[str]:
    return [edit.state for edit in Edit.objects.order_by("pk")]


@pytest.mark.parametrize(("path", "more", "reads"), [MOVE, SPLIT], ids=["move", "split"])
@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
def test_both_halves_that_wait_are_discarded_together(
    ada, asana, entries, send, path, more, reads, place
):
    before = sorted(entries())
    asana.faults({"kind": "status", "status": 503, **LIST, "skip": reads})
    send(path, more)
    assert states() == ["queued", "queued"]
    asana.faults()
    answer = discard(ada, Edit.objects.order_by("pk")[place])
    assert states() == ["discarded", "discarded"]
    assert TWICE not in answer
    dispatch.deliver_due(ada.user.pk, lambda: timezone.now() + timedelta(hours=1))
    assert sorted(entries()) == before
    assert "half" not in page(ada.see())


def test_no_half_is_discarded_while_the_first_is_being_sent(ada, asana, send):
    asana.faults({**CREATE, "kind": "drop_after"})
    send(*MOVE[:2])
    asana.faults()
    assert states() == ["in_doubt", "queued"]
    until = timezone.now() + timedelta(minutes=1)
    DeliveryLock.objects.update(holder=uuid4(), held_until=until)
    answer = discard(ada, Edit.objects.order_by("pk")[1])
    assert states() == ["in_doubt", "queued"]
    assert "Discarded" not in answer


@pytest.mark.parametrize(
    ("path", "more", "method"), [(*MOVE[:2], "DELETE"), (*SPLIT[:2], "PUT")], ids=["move", "split"]
)
def test_discarding_the_rest_of_what_is_half_saved_says_what_stays(
    ada, asana, entries, send, path, more, method
):
    before = sorted(entry[:3] for entry in entries())
    asana.faults({"kind": "status", "status": 503, "method": method, "path": "entries/"})
    send(path, more)
    asana.faults()
    first, second = Edit.objects.order_by("pk")
    assert (first.state, second.is_open) == ("confirmed", True)
    answer = discard(ada, second)
    assert states() == ["confirmed", "discarded"]
    assert TWICE in answer
    if method == "DELETE":
        assert f'id="cell-{STAND_UP}-' in answer
    # And undo, which the sentence speaks of, takes the first half back.
    ada.send("undo/", step=str(first.step.step_id), undo_count=0)
    assert sorted(entry[:3] for entry in entries()) == before
