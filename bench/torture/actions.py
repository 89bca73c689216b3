"""What people do, at random."""

from __future__ import annotations

from collections.abc import Callable

from bench.torture import panel
from bench.torture.people import Cells, Person

# Each action with its weight. It returns whether it found something to do.
ACTIONS: dict[str, tuple[int, Callable[[Person, str, Cells], bool]]] = {
    "type": (34, Person.type_),
    "clear": (7, Person.clear),
    "add": (6, Person.add),
    "paste": (4, Person.paste),
    "undo": (8, Person.undo),
    "twice": (6, Person.twice),
    "old tab": (5, Person.old_tab),
    "in Asana": (5, Person.in_asana),
    "choose": (8, Person.choose),
    "panel": (6, panel.change),
    "move": (4, panel.move),
    "split": (3, panel.split),
    "quick": (4, panel.add_quickly),
    "copy": (1, Person.copy),
}


def act(person: Person) -> None:
    """Do one thing, chosen at random."""
    page, cells = person.see()
    weights = [weight for weight, _act in ACTIONS.values()]
    name = person.random.choices(list(ACTIONS), weights)[0]
    if person.random.random() < 0.3:
        person.older = list(cells.values())
    if not ACTIONS[name][1](person, page, cells):
        name = "type"
        person.type_(page, cells)
    person.counts[name] += 1
