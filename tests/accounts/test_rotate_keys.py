"""`manage.py rotate_keys`: everything sealed is sealed with the new key, and the old one may go."""

from __future__ import annotations

from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import call_command
from django.db import connection as database

from accounts.encrypted_field import EncryptedTextField, Unreadable
from accounts.models import AsanaApp, Connection, Event, User

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
TOKEN, REFRESH, SECRET = "1/1234:the-token", "1/1234:the-refresh-token", "the-secret-of-the-app"


@pytest.fixture
def stored(db, settings):
    """Ada's and Ben's connections and the Asana app, sealed with the old key."""
    settings.TOKEN_KEYS = [OLD]
    for number, name in ((1001, "Ada"), (1002, "Ben")):
        user = User.objects.create_user(str(number), name)
        Connection.objects.create(user=user, access_token=TOKEN, refresh_token=REFRESH)
    AsanaApp.objects.create(client_id="1234", client_secret=SECRET)


def rotate() -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


def opened() -> list[str]:
    connections = Connection.objects.order_by("pk")
    tokens = [
        text
        for connection in connections
        for text in (connection.access_token, connection.refresh_token)
    ]
    return [*tokens, AsanaApp.objects.get().client_secret]


def columns() -> set[str]:
    """Every sealed column as it lies in the database."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT access_token FROM accounts_connection "
            "UNION SELECT refresh_token FROM accounts_connection "
            "UNION SELECT client_secret FROM accounts_asanaapp"
        )
        return {row[0] for row in cursor.fetchall()}


def test_everything_opens_with_the_new_key_alone(stored, settings):
    settings.TOKEN_KEYS = [NEW, OLD]
    rotate()
    settings.TOKEN_KEYS = [NEW]
    assert opened() == [TOKEN, REFRESH, TOKEN, REFRESH, SECRET]


def test_the_old_key_alone_opens_nothing_any_more(stored, settings):
    before = columns()
    settings.TOKEN_KEYS = [NEW, OLD]
    rotate()
    assert columns().isdisjoint(before)
    old = Fernet(OLD)
    for sealed in columns():
        with pytest.raises(InvalidToken):
            old.decrypt(sealed)
    settings.TOKEN_KEYS = [OLD]
    with pytest.raises(Unreadable):
        opened()


def test_until_then_the_old_key_still_opens(stored, settings):
    settings.TOKEN_KEYS = [NEW, OLD]
    assert opened() == [TOKEN, REFRESH, TOKEN, REFRESH, SECRET]


def test_it_says_how_many(stored, settings):
    settings.TOKEN_KEYS = [NEW, OLD]
    said = rotate()
    assert "connection: 2 re-encrypted, 0 that no key can decrypt." in said
    assert "Asana app: 1 re-encrypted, 0 that no key can decrypt." in said
    assert "must connect again" not in said


def test_it_says_how_many_no_key_opens_and_what_to_do(stored, settings):
    settings.TOKEN_KEYS = [OTHER]
    said = rotate()
    assert "connection: 0 re-encrypted, 2 that no key can decrypt." in said
    assert "have to reconnect" in said


def test_what_no_key_opens_stays_as_it_is(stored, settings):
    before = columns()
    settings.TOKEN_KEYS = [OTHER]
    rotate()
    assert columns() == before


def test_it_is_in_the_audit_log_with_numbers_and_no_token(stored, settings):
    settings.TOKEN_KEYS = [NEW, OLD]
    rotate()
    event = Event.objects.get(action="keys_rotated")
    assert (event.actor_gid, event.actor_name) == ("", "command line")
    assert event.after == {"connection": 2, "asanaapp": 1, "unreadable": 0}


def test_no_sealed_column_is_forgotten(stored, settings):
    """A new one has to be among those that the tests above look at."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    sealed = [field for field in fields if isinstance(field, EncryptedTextField)]
    assert {str(field) for field in sealed} == {
        "accounts.Connection.access_token",
        "accounts.Connection.refresh_token",
        "accounts.AsanaApp.client_secret",
    }


def test_when_a_connection_was_changed_last_stays(stored, settings):
    """Else a renewal under way would take its tokens for somebody else's."""
    before = list(Connection.objects.order_by("pk").values_list("updated_at", flat=True))
    settings.TOKEN_KEYS = [NEW, OLD]
    rotate()
    assert list(Connection.objects.order_by("pk").values_list("updated_at", flat=True)) == before
