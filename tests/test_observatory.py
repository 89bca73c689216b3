"""The headers of the app as in production get the highest grade that the Observatory has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from bench.torture.stack import Stack, started
from tests.observatory import Answer, Score, score
from tests.support.prepared import prepared

pytestmark = pytest.mark.process

WEEK = "/1200000000000001/week/2027-W02/"
OMAR = "1201000000000004"
GOOD = {
    "content-security-policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=31536000",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-type": "text/html",
}
SITE = "https://timesheet.example/"


class Browser:
    """Asks as the proxy does that stands before the app and speaks HTTPS, and keeps the cookies."""

    def __init__(self, web: str) -> None:
        self.web = web
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, *, proto: str = "https") -> requests.Response:
        headers = {
            "X-Forwarded-Proto": proto,
            "Origin": "https://elsewhere.example",
            "Cookie": "; ".join(told.partition(";")[0] for told in self.cookies.values()),
        }
        response = requests.get(self.web + path, headers=headers, timeout=60, allow_redirects=False)
        for told in response.raw.headers.getlist("Set-Cookie"):
            self._keep(told)
        return response

    def _keep(self, told: str) -> None:
        name = told.partition("=")[0]
        if "max-age=0" in told.lower():
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = told

    def sign_in(self, person: str) -> None:
        there = self.ask("/sign-in/asana/").headers["Location"]
        consent = requests.post(
            there, data={"person": person, "decision": "allow"}, allow_redirects=False, timeout=60
        )
        back = urlsplit(consent.headers["Location"])
        assert back.scheme == "https"
        assert self.ask(f"{back.path}?{back.query}").status_code == 302

    def seen(self, path: str) -> Answer:
        """The answer as the Observatory sees it, and where plain HTTP leads."""
        answered = self.ask(path)
        plain = self.ask(path, proto="http")
        return Answer(
            self.web.replace("http:", "https:") + path,
            {name.lower(): value for name, value in answered.headers.items()},
            list(self.cookies.values()),
            answered.text,
            (self.web + path, plain.headers["Location"]),
        )


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    database = f"sqlite:///{folder / 'timesheet.sqlite3'}"
    with started(
        folder, database, "small", https=True, webs=1, workers=0, prepared=prepared()
    ) as stack:
        yield stack


@pytest.fixture(scope="module")
def stranger(stack: Stack) -> Browser:
    return Browser(stack.webs[0])


@pytest.fixture(scope="module")
def omar(stack: Stack) -> Browser:
    browser = Browser(stack.webs[0])
    browser.sign_in(OMAR)
    return browser


def assert_the_highest(found: Score) -> None:
    assert found.grade == "A+", found
    assert all(points >= 0 for points in found.tests.values()), found


def test_the_page_of_signing_in(stranger):
    found = score(stranger.seen("/sign-in/"))
    assert_the_highest(found)
    assert found.points == 135


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (WEEK, 200),
        ("/1200000000000001/reports/", 200),
        ("/1200000000000001/audit/", 200),
        ("/1200000000000001/audit/log.csv", 200),
        ("/nothing-here/", 404),
        ("/1200000000000002/people/", 403),
        ("/sign-in/token/", 405),
    ],
)
def test_pages_files_and_problems_of_somebody_signed_in(omar, path, status):
    assert omar.ask(path).status_code == status
    assert_the_highest(score(omar.seen(path)))


def test_a_page_that_sends_a_stranger_to_sign_in(stranger):
    assert_the_highest(score(stranger.seen(WEEK)))


def test_files_for_browsers(stranger):
    page = stranger.ask("/sign-in/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert any(name.endswith(".css") for name in files)
    for name in files:
        assert stranger.ask(name).status_code == 200
        assert_the_highest(score(stranger.seen(name)))


def test_a_host_that_is_not_ours(stack):
    headers = {"Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
    answered = requests.get(f"{stack.webs[0]}/sign-in/", headers=headers, timeout=60)
    assert answered.status_code == 400
    seen = {name.lower(): value for name, value in answered.headers.items()}
    assert_the_highest(score(Answer(SITE, seen)))


def test_cookies_have_names_that_nobody_else_can_set(omar):
    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(omar.cookies)
    session = omar.cookies["__Host-sessionid"].lower()
    for flag in ("secure", "httponly", "samesite=lax", "path=/"):
        assert flag in session
    assert "domain" not in session


def test_plain_http_leads_to_https_and_sets_no_cookie(stack):
    browser = Browser(stack.webs[0])
    answered = browser.ask("/sign-in/", proto="http")
    assert answered.status_code == 301
    assert answered.headers["Location"].startswith("https://")
    assert browser.cookies == {}
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_hsts_is_for_a_year_and_this_host_alone(stranger):
    told = stranger.ask("/sign-in/").headers["Strict-Transport-Security"]
    assert told == "max-age=31536000"


# The scorer itself


def graded(cookies: tuple[str, ...] = (), body: str = "", route=(), **changes: str) -> Score:
    headers = {**GOOD, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return score(Answer(SITE, headers, cookies, body, route))


def test_good_headers_have_the_highest_grade():
    assert graded().grade == "A+"
    assert graded().points == 130


def test_without_any_headers_it_is_an_f():
    found = score(Answer(SITE, {}, ["sessionid=1"], route=("http://timesheet.example/",)))
    assert found.grade == "F"
    assert found.points == 0


def test_bonuses_do_not_count_where_much_was_lost():
    found = graded(strict_transport_security="")
    assert (found.points, found.grade) == (80, "B+")
    found = graded(strict_transport_security="max-age=60")
    assert (found.points, found.grade) == (120, "A+")


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("", -25),
        ("default-src 'none'; form-action 'self'", 10),
        ("default-src 'self'", 5),
        ("default-src 'self'; style-src 'unsafe-inline'", 0),
        ("default-src 'none'; img-src http://pictures.example", -10),
        ("default-src 'none'; script-src 'self' 'unsafe-eval'", -10),
        ("default-src 'none'; script-src 'unsafe-inline'", -20),
        ("default-src 'none'; script-src 'unsafe-inline' 'nonce-abc'", 10),
        ("default-src 'none'; script-src data:", -20),
        ("default-src 'none'; script-src https:", -20),
        ("default-src 'none'; connect-src http://elsewhere.example", -20),
        ("img-src 'self'", -20),
    ],
)
def test_policies(policy, points):
    assert graded(content_security_policy=policy).tests["Content-Security-Policy"] == points


@pytest.mark.parametrize(
    ("cookie", "points"),
    [
        ("sessionid=1; Secure; HttpOnly; SameSite=Lax", 5),
        ("sessionid=1; Secure; HttpOnly", 0),
        ("sessionid=1; HttpOnly; SameSite=Lax", -10),
        ("sessionid=1; Secure; SameSite=Lax", -30),
        ("csrftoken=1; Secure; SameSite=Lax", 5),
        ("csrftoken=1; Secure", -20),
        ("zone=1; SameSite=Lax", -5),
        ("zone=1; Secure; SameSite=Sometimes", -20),
        ("zone=1; SameSite=None", -20),
    ],
)
def test_cookies(cookie, points):
    good = "sessionid=1; Secure; HttpOnly; SameSite=Lax"
    assert graded((good, cookie)).tests["Cookies"] == points


def test_cookies_without_hsts_are_worse():
    found = graded(("sessionid=1; HttpOnly",), strict_transport_security="")
    assert found.tests["Cookies"] == -40


@pytest.mark.parametrize(
    ("name", "value", "test", "points"),
    [
        ("strict_transport_security", "max-age=1000", "Strict-Transport-Security", -10),
        ("strict_transport_security", "forever", "Strict-Transport-Security", -20),
        ("referrer_policy", "unsafe-url", "Referrer-Policy", -5),
        ("referrer_policy", "nonsense", "Referrer-Policy", -5),
        ("referrer_policy", "unsafe-url, no-referrer", "Referrer-Policy", 5),
        ("referrer_policy", "", "Referrer-Policy", 0),
        ("x_content_type_options", "", "X-Content-Type-Options", -5),
        ("cross_origin_resource_policy", "", "Cross-Origin-Resource-Policy", 0),
        ("cross_origin_resource_policy", "nonsense", "Cross-Origin-Resource-Policy", -5),
        ("content_security_policy", "default-src 'none'", "X-Frame-Options", -20),
    ],
)
def test_other_headers(name, value, test, points):
    assert graded(**{name: value}).tests[test] == points


def test_frames_by_the_older_header():
    policy = "default-src 'none'"
    found = graded(content_security_policy=policy, x_frame_options="DENY")
    assert found.tests["X-Frame-Options"] == 0


def test_sharing_with_any_origin_and_with_cookies():
    found = graded(
        access_control_allow_origin="https://elsewhere.example",
        access_control_allow_credentials="true",
    )
    assert found.tests["Cross-Origin Resource Sharing"] == -50
    assert found.grade == "C"


@pytest.mark.parametrize(
    ("route", "points"),
    [
        ((), 0),
        (("http://timesheet.example/", SITE), 0),
        (("http://timesheet.example/",), -20),
        (("http://timesheet.example/", "http://www.timesheet.example/", SITE), -10),
        (("http://timesheet.example/", "https://www.timesheet.example/"), -5),
        (("http://timesheet.example/", "http://www.timesheet.example/"), -20),
    ],
)
def test_ways_from_plain_http(route, points):
    assert graded(route=route).tests["Redirection"] == points


@pytest.mark.parametrize(
    ("script", "points"),
    [
        ("", 0),
        ('<script src="/own.js"></script>', 0),
        ('<script src="/own.js" integrity="sha384-a"></script>', 5),
        ('<script src="https://cdn.example/a.js"></script>', -5),
        ('<script src="https://cdn.example/a.js" integrity="sha384-a"></script>', 5),
        ('<script src="//cdn.example/a.js" integrity="sha384-a"></script>', -20),
        ('<script src="//cdn.example/a.js"></script>', -50),
    ],
)
def test_scripts_from_elsewhere(script, points):
    assert graded(body=script).tests["Subresource Integrity"] == points
