"""The people Mia manages, as in the demo."""

from __future__ import annotations

from tests.support.people import MAXIMILIANA, MIA, STUDIO_NAMES, make_manager

# With a name that is too long for most places.
NAMES = {
    **STUDIO_NAMES,
    MAXIMILIANA: "Maximiliana Theodora von Wolkenstein-Trostburg zu Hohenschwangau-Lichtenfels",
}


def give_people_to_mia() -> None:
    make_manager(MIA, NAMES, "Mia Hartmann")
