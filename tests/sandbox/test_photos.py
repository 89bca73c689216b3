"""Photos of people, as their records and the addresses in these have them."""

from __future__ import annotations

import pytest
import requests

FIELDS = "photo.image_60x60,photo.image_1024x1024"


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [("image_60x60", "image/png", b"\x89PNG"), ("image_1024x1024", "image/jpeg", b"\xff\xd8")],
)
def test_a_photo_is_served_to_everybody(sandbox, name, kind, begins):
    photo = sandbox.get("/users/me", opt_fields=FIELDS)["photo"]
    answer = requests.get(photo[name], timeout=60)
    assert answer.headers["Content-Type"] == kind
    assert answer.content.startswith(begins)
    folder, _slash, file = photo[name].rpartition("/")
    wrong = f"{folder}/{file.replace(name.rpartition('x')[2], '61')}"
    assert wrong != photo[name]
    assert requests.get(wrong, timeout=60).status_code == 404


def test_some_people_have_none(sandbox):
    people = sandbox.get("/users", workspace="1200000000000001", opt_fields="photo")
    assert {person["photo"] is None for person in people} == {True, False}
    assert all(len(person["photo"]) == 6 for person in people if person["photo"])
