"""What people do, at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.torture import approvals, panel
from bench.torture.locks import LOCKING
from bench.torture.people import Cells, Person
from bench.torture.week_page import week_status_of

# Each action with its weight. It returns whether it found something to do.
ACTIONS: dict[str, tuple[int, Callable[[Person, str, Cells], bool]]] = {
    "type": (30, Person.type_),
    "note": (4, Person.type_note),
    "clear": (7, Person.clear),
    "add": (6, Person.add),
    "paste": (4, Person.paste),
    "undo": (6, Person.undo),
    "redo": (3, Person.redo),
    "twice": (6, Person.twice),
    "old tab": (5, Person.old_tab),
    "in Asana": (5, Person.in_asana),
    # In runs that are aimed at it.
    "over another": (0, Person.over_another),
    "choose": (8, Person.choose),
    "panel": (6, panel.change),
    "delete": (2, panel.delete),
    "move": (4, panel.move),
    "split": (3, panel.split),
    "quick": (4, panel.add_quickly),
    "copy": (2, Person.copy),
    "submit": (8, approvals.submit),
    "rules": (1, approvals.change_rules),
}
# What is done with buttons that only a page that was just loaded has.
LOADS_FIRST = ("undo", "redo", "choose", "submit")
# How often people load the page again before the rest.
LOADS = 0.5
# How often people do what is needed to go on with a locked week, instead of trying anyway.
GOES_ON = 0.75
# How often people do what a run is aimed at.
MOSTLY = 0.7


def act(person: Person, mostly: Sequence[str] = ()) -> None:
    """Do one thing, chosen at random, mostly one of those in `mostly` if there are any."""
    weights = [weight for weight, _act in ACTIONS.values()]
    name = person.random.choices(list(ACTIONS), weights)[0]
    if mostly and person.random.random() < MOSTLY:
        name = person.random.choice(mostly)
    if name in LOADS_FIRST or person.tab is None or person.random.random() < LOADS:
        page, cells = person.see()
        if week_status_of(page).status in LOCKING and person.random.random() < GOES_ON:
            person.counts[approvals.make_editable(person, page, cells)] += 1
            return
    else:
        page, cells = person.tab
    if person.random.random() < 0.3:
        person.older = list(cells.values())
    if not ACTIONS[name][1](person, page, cells):
        name = "type"
        person.type_(page, cells)
    person.counts[name] += 1
