"""What is known to be empty is not asked for; everything else is read as always."""

from __future__ import annotations

import pytest

from accounts.lookups import FirstValue, Lookup, found_together
from accounts.models import Manager, User

pytestmark = pytest.mark.django_db

STUDIO, ELSEWHERE = "1200000000000001", "1200000000000002"


@pytest.fixture
def user() -> User:
    Manager.objects.create(workspace_gid=STUDIO, gid="1", name="Mia")
    return User.objects.create_user("1", "Mia")


def managers(workspace: str) -> Lookup[Manager]:
    return Lookup(("managers", workspace), lambda: Manager.objects.filter(workspace_gid=workspace))


def first_name(workspace: str) -> FirstValue:
    names = Manager.objects.filter(workspace_gid=workspace).values_list("name", flat=True)
    return FirstValue(("first name", workspace), lambda: names.order_by("name"))


def test_one_query_tells_what_there_is(user, django_assert_num_queries):
    lookups = [make(place) for make in (managers, first_name) for place in (STUDIO, ELSEWHERE)]
    with django_assert_num_queries(1), found_together(User.objects.filter(pk=user.pk), lookups):
        assert managers(STUDIO).exists()
        assert not managers(ELSEWHERE).exists()
        assert (managers(STUDIO).is_empty, managers(ELSEWHERE).is_empty) == (False, True)
        assert managers(ELSEWHERE).read() == []
        assert (first_name(STUDIO).read(), first_name(ELSEWHERE).read()) == ("Mia", None)


def test_what_there_is_is_read_when_it_is_needed(user, django_assert_num_queries):
    with (
        django_assert_num_queries(2),
        found_together(User.objects.filter(pk=user.pk), [managers(STUDIO)]),
    ):
        assert [manager.name for manager in managers(STUDIO).read()] == ["Mia"]


def test_without_an_answer_nothing_is_known(user):
    nobody = User.objects.filter(pk=user.pk + 1)
    with found_together(nobody, [managers(STUDIO), first_name(STUDIO)]):
        assert not managers(STUDIO).is_empty
        assert managers(STUDIO).exists()
        assert len(managers(STUDIO).read()) == 1
        assert first_name(STUDIO).read() == "Mia"


def test_it_is_forgotten_after_the_block(user):
    with found_together(User.objects.filter(pk=user.pk), [managers(ELSEWHERE)]):
        assert managers(ELSEWHERE).is_empty
    Manager.objects.create(workspace_gid=ELSEWHERE, gid="1", name="Mia")
    assert managers(ELSEWHERE).exists()
