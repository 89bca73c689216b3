"""What a proxy between us and Asana answers is not Asana's word, before a write and after it."""

from __future__ import annotations

from html import unescape

import pytest

from tests.support.people import BANK_ID
from timesheet.models import Edit

CREATE = {"method": "POST", "path": "/time_tracking_entries$", "times": 1}
BLOCKED = {"body": "<!DOCTYPE html><h1>Blocked by the network</h1>"}


@pytest.mark.parametrize("kind", ["status", "status_after"])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 407, 408, 409, 425, 499])
def test_a_save_is_neither_rejected_nor_doubled(
    ada, asana, saturday, entries, settle, kind, status
):
    asana.faults({**CREATE, **BLOCKED, "kind": kind, "status": status})
    shown = unescape(ada.save(BANK_ID, saturday, "1:11").content.decode())
    assert Edit.objects.get().state == "in_doubt"
    assert "othing was saved" not in shown
    assert "Blocked" not in shown
    assert 'value="1:11"' in ada.see().content.decode()
    settle()
    ada.send(f"unsynced/{Edit.objects.get().edit_id}/retry/")
    assert Edit.objects.get().state == "confirmed"
    assert [one[2] for one in entries() if one[1] == str(saturday)] == [71]
