"""Writing edits down takes the lease to deliver them along, with one UPDATE."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from timesheet.journal import lock
from timesheet.models import DeliveryLock

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """Somebody whose edits were delivered before."""
    user = User.objects.create(gid="1", name="Ada")
    DeliveryLock.objects.create(user=user)
    return user


def test_the_lease_is_taken_as_edits_are_written_down(user):
    with lock.recording_for_delivery(user, timezone.now) as lease:
        assert lease is not None
    with lock.acquire(user, timezone.now) as other:
        assert other is None
    with lock.acquire(user, timezone.now, held=lease) as same:
        assert same is lease
    with lock.acquire(user, timezone.now) as free:
        assert free is not None


def test_it_is_not_taken_if_they_are_not_written_down(user):
    with pytest.raises(ZeroDivisionError), lock.recording_for_delivery(user, timezone.now):
        len(user.name) / 0
    with lock.acquire(user, timezone.now) as free:
        assert free is not None


def test_edits_are_written_down_while_another_process_delivers(user):
    until = timezone.now() + timedelta(minutes=1)
    DeliveryLock.objects.update(holder=uuid4(), held_until=until)
    with lock.recording_for_delivery(user, timezone.now) as lease:
        assert lease is None
    assert DeliveryLock.objects.get().held_until == until


def test_edits_of_somebody_new_are_written_down():
    user = User.objects.create(gid="2", name="Ben")
    with lock.recording_for_delivery(user, timezone.now) as lease:
        assert lease is None
    with lock.acquire(user, timezone.now) as free:
        assert free is not None
