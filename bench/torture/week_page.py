"""Reads the HTML of a week as a person sees it: its cells, its buttons, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

OPENING_TAG = re.compile(r'<div\s+class="cell"\s+(?P<attributes>[^>]*)>')
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
CELL_ID = re.compile(r"cell-(\d+)-([\d-]{10})")
PENDING = re.compile(r'name="waiting" value="([0-9a-f-]{36}):(\w+)"')
REASON = re.compile(r'class="why"[^>]*>\s*<p>(.*?)</p>', re.DOTALL)
UNDO_FORM = re.compile(r'data-turn="(undo|redo)".*?</form>', re.DOTALL)
HIDDEN_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
# The checkboxes of a preview are outside of its form, and name it.
TICKED = re.compile(
    r'<input type="checkbox" name="(\w+)" value="([^"]*)" (form="[\w-]+") [^>]*\bchecked'
)
FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<content>.*?)</form>", re.DOTALL)
ACTION = re.compile(r'action="([^"]*)"')
CHOICE = re.compile(r"/unsynced/([0-9a-f-]{36})/(retry|discard|mine|both|again|remove-duplicate)/")
STATUS = re.compile(r'id="status".*?</div>', re.DOTALL)
STATUS_KIND = re.compile(r'data-kind="(\w+)"')
SAID = re.compile(r"innerHTML:#said\">(.*?)</div>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")

MESSAGES = re.compile(r'<div class="messages".*?</div>', re.DOTALL)
PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
LIST_ITEM = re.compile(r"<li\b[^>]*>(.*?)</li>", re.DOTALL)
CHIP = re.compile(r'class="chip" data-status="(\w+)"')
DECIDER = re.compile(r"(?:Approved by (.+?)\. Ask|^(.+?) sent this week back)")
LOCK = re.compile(r'<p class="lock".*?</p>', re.DOTALL)
# A page that is shown from what is known here says how old it is.
OF_BEFORE = "Hours as of"

SETTLED = ("empty", "value", "several")


@dataclass(frozen=True)
class Cell:
    """A cell as its page has it."""

    task: str
    day: str
    state: str
    # See `timesheet.domain.cell.write_seen`.
    seen: str
    version: str = ""
    # The edit that is shown as not saved; empty if there is none, or it was refused at once.
    edit: str = ""
    # Why it is not saved.
    reason: str = ""
    # What the app asks before it writes anything.
    asks: str = ""
    # Whether nothing was written because the cell was edited since.
    later: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """The task and the day."""
        return self.task, self.day

    @property
    def entries(self) -> dict[str, int]:
        """The minutes of its entries, by gid."""
        pairs = (part.split("=") for part in self.seen.split(",") if part)
        return {gid: int(minutes) for gid, minutes in pairs}

    @property
    def shown_edit(self) -> str:
        """The edit that typing over this cell replaces or builds on; empty if nobody edited it."""
        return self.edit or self.version.removeprefix("none")

    @property
    def is_settled(self) -> bool:
        """Whether nothing in the cell is shown as not saved."""
        return self.state in SETTLED


@dataclass(frozen=True)
class WeekStatus:
    """The approval status of a week as its page shows it, in capitals as in Asana's answers."""

    # Empty where the page does not say.
    status: str = ""
    # The name of who decided; empty where the page does not say.
    by: str = ""


def week_status_of(html: str) -> WeekStatus:
    """Return what a page says about the approval of its week."""
    if OF_BEFORE in html:
        return WeekStatus()
    lock = LOCK.search(html)
    decider = DECIDER.search(text_of(lock[0]).removeprefix("↩ ")) if lock else None
    if chip := CHIP.search(html):
        return WeekStatus(chip[1].upper(), (decider[1] or decider[2]) if decider else "")
    return WeekStatus("DRAFT" if forms_of(html, "/submit/") else "")


def messages_of(html: str) -> list[str]:
    """Return the messages at the top of a page."""
    found = MESSAGES.search(html)
    return [text_of(text) for text in PARAGRAPH.findall(found[0])] if found else []


def refusals_of(html: str) -> list[str]:
    """Return the lines about weeks that a decision left alone."""
    return [text_of(text) for text in LIST_ITEM.findall(html)]


def cells_of(html: str) -> Iterator[Cell]:
    """Yield the cells of a page or a fragment."""
    tags = list(OPENING_TAG.finditer(html))
    for tag, following in zip(tags, [*tags[1:], None], strict=True) if tags else ():
        end = following.start() if following else len(html)
        attributes = dict(ATTRIBUTE.findall(tag["attributes"]))
        place = CELL_ID.fullmatch(attributes["id"])
        if place is None:
            # Time on no task, which nobody can edit.
            continue
        content = html[tag.end() : end]
        pending, reason = PENDING.search(content), REASON.search(content)
        yield Cell(
            place[1],
            place[2],
            attributes["data-state"],
            attributes["data-seen"],
            version=attributes.get("data-version", ""),
            edit=pending[1] if pending else "",
            reason=text_of(reason[1]) if reason else "",
            asks=attributes.get("data-asks", ""),
            later="data-later" in attributes,
        )


def undo_forms_of(html: str) -> dict[str, dict[str, str]]:
    """Return the hidden fields of the forms `undo` and `redo`; none of a disabled one."""
    forms = {}
    for form in UNDO_FORM.finditer(html):
        fields = dict(HIDDEN_FIELD.findall(form[0]))
        forms[form[1]] = {name: fields[name] for name in ("step", "undo_count") if name in fields}
    return forms


def choices_of(html: str) -> dict[str, set[str]]:
    """Return the buttons of each edit that needs its person, by the edit's id."""
    choices: dict[str, set[str]] = {}
    for edit, choice in CHOICE.findall(html):
        choices.setdefault(edit, set()).add(choice)
    return choices


def forms_of(html: str, action: str) -> list[dict[str, list[str]]]:
    """Return the fields of each form whose address ends with `action`: hidden and ticked ones."""
    forms = []
    for form in FORM.finditer(html):
        address = ACTION.search(form["attributes"])
        if address is None or not address[1].endswith(action):
            continue
        fields: dict[str, list[str]] = {}
        for name, value, form_id in TICKED.findall(html):
            if form_id.replace("form=", "id=") in form["attributes"]:
                fields.setdefault(name, []).append(unescape(value))
        for name, value in HIDDEN_FIELD.findall(form["content"]):
            if name != "csrfmiddlewaretoken":
                fields.setdefault(name, []).append(unescape(value))
        forms.append(fields)
    return forms


def says_all_is_saved(html: str) -> bool | None:
    """Return whether the header says that everything is in Asana; None if there is no header."""
    status = STATUS.search(html)
    return None if status is None else "saved" in STATUS_KIND.findall(status[0])


def announcement_of(html: str) -> str:
    """Return what a screen reader reads out after an action."""
    said = SAID.search(html)
    return text_of(said[1]) if said else ""


def text_of(html: str) -> str:
    """Return the words of some HTML."""
    return " ".join(unescape(TAG.sub(" ", html)).split())
