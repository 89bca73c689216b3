"""`manage.py doctor` on this installation: what is in order, and each thing that is not."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import heartbeats
from accounts.models import Connection, User
from tests.support.mail_server import mail_server
from timesheet.core import clock
from timesheet.core.version import VERSION
from timesheet.models import DeliveryMark

UNUSED = "127.0.0.1:9"


@pytest.fixture
def doctor(asana, live_server, settings, tmp_path) -> Callable[[], tuple[int, str]]:
    """Runs the doctor; returns its exit code and what it prints. Everything is in order so far."""
    settings.PUBLIC_URL = live_server.url
    asana.settings(redirect_uris=[f"{live_server.url}/sign-in/callback/"])
    settings.EMAIL_URL = f"file://{tmp_path}"
    # Static files are those of the sources.
    settings.DEBUG = True
    heartbeats.beat("one", clock.now(), VERSION, clock.now())

    def doctor() -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("doctor", stdout=out)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue()
        return 0, out.getvalue()

    return doctor


def lines_of(text: str, area: str) -> str:
    """The lines about an area, with what to do."""
    lines, found = text.splitlines(), []
    for place, line in enumerate(lines):
        if line[9:].startswith(f"{area} "):
            found.append(line)
            found += [one for one in lines[place + 1 : place + 2] if "->" in one]
    return "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_an_installation_in_order(doctor):
    code, text = doctor()
    assert code == 0, text
    assert "FAILED" not in text
    for area in ("Settings", "Database", "Cache", "Queue", "Worker", "Asana", "Clock", "Proxy"):
        assert lines_of(text, area), area
    # One screen.
    assert len(text.splitlines()) <= 24
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value", "area", "words"),
    [
        ("CACHE_URL", f"redis://{UNUSED}/0", "Cache", "CACHE_URL"),
        ("ASANA_URL", f"http://{UNUSED}", "Asana", "ASANA_URL"),
        ("ASANA_CLIENT_ID", "12345", "Asana app", "does not know ASANA_CLIENT_ID"),
        ("ASANA_CLIENT_SECRET", "wrong", "Asana app", "does not accept ASANA_CLIENT_SECRET"),
        ("PUBLIC_URL", f"http://{UNUSED}", "Proxy", "PUBLIC_URL"),
        ("PROXIES", 1, "Proxy", "X-Forwarded-For"),
        ("HTTPS", True, "Proxy", "X-Forwarded-Proto"),
    ],
)
def test_what_does_not_work_is_told_with_what_to_do(doctor, settings, name, value, area, words):
    setattr(settings, name, value)
    code, text = doctor()
    assert code == 1
    assert "FAILED" in lines_of(text, area)
    assert "->" in lines_of(text, area)
    assert words in lines_of(text, area)


@pytest.mark.django_db(transaction=True)
def test_something_else_at_the_public_address(doctor, settings, sandbox):
    settings.PUBLIC_URL = sandbox.url
    assert "something else answers" in lines_of(doctor()[1], "Proxy")


@pytest.mark.django_db(transaction=True)
def test_mail_that_the_server_takes_and_one_that_is_away(doctor, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL = f"smtp://{UNUSED}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "EMAIL_URL" in lines_of(doctor()[1], "Email")
    with mail_server(settings):
        assert "accepts us" in lines_of(doctor()[1], "Email")
    settings.EMAIL_URL = "console:"
    code, text = doctor()
    assert code == 0
    assert "warning" in lines_of(text, "Email")


@pytest.mark.django_db(transaction=True)
def test_no_worker_and_one_of_another_version(doctor):
    heartbeats.beat("one", clock.now(), "0.0.9", clock.now())
    assert "0.0.9" in lines_of(doctor()[1], "Worker")
    heartbeats.end("one")
    assert "not running" in lines_of(doctor()[1], "Worker")


@pytest.mark.django_db(transaction=True)
def test_tokens_that_no_key_decrypts(doctor, settings):
    user = User.objects.create_user("1")
    Connection.objects.create(user=user, method="token", access_token="secret")
    settings.TOKEN_KEYS = ["wFdCqxWFWbwmMpB0bM8YzA4bUrsVWcnVnbMcfPQ0a7Q="]
    code, text = doctor()
    assert code == 1
    assert "decrypts" in lines_of(text, "Token keys")


@pytest.mark.django_db(transaction=True)
def test_a_restored_database(doctor, settings):
    doctor()
    DeliveryMark.objects.update(number=0, token="00000000-0000-4000-8000-000000000000")
    assert "after_restore" in lines_of(doctor()[1], "Delivery")


@pytest.mark.django_db(transaction=True)
def test_a_cache_without_its_table_is_lines_of(doctor, settings):
    settings.CACHE_URL = "db://elsewhere"
    assert "createcachetable" in lines_of(doctor()[1], "Cache")


@pytest.mark.django_db(transaction=True)
def test_static_files_that_are_missing_or_old(doctor, settings, tmp_path):
    settings.DEBUG, settings.STATIC_ROOT = False, tmp_path / "static"
    assert "collectstatic" in lines_of(doctor()[1], "Static files")
    call_command("collectstatic", interactive=False, verbosity=0)
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    assert "ok" in lines_of(doctor()[1], "Static files")
    (tmp_path / "static" / "icon.svg").write_text("old")
    assert "1 are missing or of another version" in lines_of(doctor()[1], "Static files")


@pytest.mark.django_db(transaction=True)
def test_files_that_others_can_read(doctor, settings, tmp_path):
    mark = tmp_path / "mark"
    settings.DELIVERY_MARK = str(mark)
    doctor()
    assert mark.exists()
    mark.chmod(0o644)
    advice = lines_of(doctor()[1], "Files")
    assert "chmod 600" in advice
    assert str(mark) in advice
