"""Whom Mia looks after, as in the demo."""

from __future__ import annotations

from accounts.models import Manager
from tests.browser.week import WORKSPACE

MIA = "1201000000000003"
HERS = {
    1: "Ada Lindqvist",
    2: "Ben Okafor",
    6: "Siobhán O'Neill",
    7: "نور الخطيب",
    8: "Maximiliana Theodora von Wolkenstein-Trostburg zu Hohenschwangau-Lichtenfels",
    9: "Tomasz Wiśniewski",
    10: "Yui Tanaka",
    11: "Priya Raghunathan",
}


def give_people_to_mia() -> None:
    mia = Manager.objects.create(workspace_gid=WORKSPACE, gid=MIA, name="Mia Hartmann")
    for number, name in HERS.items():
        mia.people.create(gid=f"1201{number:012}", name=name)
