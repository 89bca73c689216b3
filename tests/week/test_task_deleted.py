"""A task that is deleted in Asana while changes of its hours wait: they end, with the reason."""

from __future__ import annotations

import pytest

from tests.support.asana import CLOSED
from tests.support.pages import page
from tests.support.people import BANK_ID
from timesheet.models import Edit


@pytest.fixture
def delete_task(asana, settings):
    """Deletes the task in Asana, which nobody could reach before."""

    def delete_task():
        settings.ASANA_URL = asana.url
        asana.delete(f"/tasks/{BANK_ID}")

    settings.ASANA_URL = CLOSED
    yield delete_task
    settings.ASANA_URL = asana.url


def retry(ada) -> str:
    return page(ada.send(f"unsynced/{Edit.objects.get().edit_id}/retry/"))


def test_hours_that_were_typed_are_refused_with_the_reason(ada, saturday, delete_task):
    ada.save(BANK_ID, saturday, "1:30")
    delete_task()
    answer = retry(ada)
    assert Edit.objects.get().state == "refused"
    assert 'data-state="refused"' in answer
    assert ada.see().status_code == 200


@pytest.mark.parametrize("text", ["3", ""])
def test_hours_that_were_changed_or_cleared_end_without_the_entry(
    ada, monday, entries, delete_task, settings, asana, text
):
    settings.ASANA_URL = asana.url
    gid = next(entry[3] for entry in entries() if entry[0] == BANK_ID)
    settings.ASANA_URL = CLOSED
    ada.save(BANK_ID, monday, text, seen=f"{gid}=90")
    delete_task()
    retry(ada)
    state = Edit.objects.get().state
    assert state == ("conflict" if text else "confirmed")
    assert ada.see().status_code == 200
    if text:
        answer = ada.send(f"unsynced/{Edit.objects.get().edit_id}/mine/")
        assert answer.status_code < 500
        assert Edit.objects.get().state in ("refused", "conflict")
        assert ada.send(f"unsynced/{Edit.objects.get().edit_id}/discard/").status_code == 200
        assert Edit.objects.get().state in ("refused", "discarded")
