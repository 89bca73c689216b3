"""Tokens in the database: sealed, opened with any key that is still listed, never shown."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.db import connection as database

from accounts.encrypted_field import EncryptedText, Unreadable
from accounts.models import Connection, User

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SECRET = "1/1234:the-secret"


@pytest.fixture
def stored(db, settings):
    settings.TOKEN_KEYS = [OLD]
    ada = User.objects.create_user("1001", "Ada Lindqvist", "ada@example.com")
    Connection.objects.create(user=ada, method="token", access_token=SECRET)
    return Connection.objects.get()


def raw_column():
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token FROM accounts_connection")
        return cursor.fetchone()[0]


def test_the_column_does_not_hold_the_token(stored):
    assert SECRET not in raw_column()
    assert stored.access_token == SECRET


def test_neither_repr_nor_str_nor_the_instance_itself_shows_a_token(stored):
    assert SECRET not in f"{stored!r} {stored} {vars(stored)}"


def test_the_ciphertext_is_not_shown_either(stored):
    assert raw_column() not in repr(vars(stored))


def test_a_dump_of_the_database_holds_no_token(stored):
    dump = serializers.serialize("json", [stored])
    assert SECRET not in dump
    assert raw_column() not in dump


def test_an_old_key_still_opens_when_a_new_one_stands_before_it(stored, settings):
    settings.TOKEN_KEYS = [NEW, OLD]
    assert Connection.objects.get().access_token == SECRET


def test_a_wrong_key_loads_the_row_but_opens_nothing(stored, settings):
    settings.TOKEN_KEYS = [OTHER]
    found = Connection.objects.get()
    with pytest.raises(Unreadable):
        _ = found.access_token


def test_saving_something_else_leaves_a_token_that_cannot_be_opened(stored, settings):
    before = raw_column()
    settings.TOKEN_KEYS = [OTHER]
    found = Connection.objects.get()
    found.problem = "Not Authorized"
    found.save()
    assert raw_column() == before


def test_a_list_of_values_stays_sealed(stored):
    assert isinstance(Connection.objects.values_list("access_token", flat=True)[0], EncryptedText)


def test_a_sealed_field_cannot_be_looked_up(stored):
    with pytest.raises(TypeError):
        Connection.objects.filter(access_token=SECRET).exists()
