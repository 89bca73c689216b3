"""The public rules of the HTTP Observatory, by which it grades how a site keeps its browsers safe.

Ten tests, each of which adds or takes away points. What they look at and how many points it is are
facts of https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring; the code is our
own. What only the open internet can tell is left out: certificates, and the lists that browsers are
built with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

SIX_MONTHS = 15_768_000
BONUS_FROM = 90
GRADES = [
    *((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+")),
    *((50, "C"), (45, "C-"), (40, "D+"), (30, "D"), (25, "D-"), (0, "F")),
]

# Sources that are nearly everywhere, and those that let a page run what was smuggled into it.
BROAD = {"*", "ftp:", "http:", "https:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
HASHED = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")

PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
LEAKY = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}


@dataclass(frozen=True)
class Answer:
    """An answer over HTTPS. `headers` by their names in lower case; `cookies` all that the browser
    has by then, as they were set; `route` where plain HTTP led, itself first, empty where nothing
    answers there; `origin` the foreign one that asked."""

    url: str
    headers: Mapping[str, str]
    cookies: Iterable[str] = ()
    body: str = ""
    route: tuple[str, ...] = ()
    origin: str = "https://elsewhere.example"

    def header(self, name: str) -> str:
        return self.headers.get(name, "").strip()


@dataclass(frozen=True)
class Score:
    """`tests` is what each added or took, by name."""

    tests: Mapping[str, int]

    @property
    def points(self) -> int:
        """Bonuses count only where little was lost."""
        without = 100 + sum(points for points in self.tests.values() if points < 0)
        return max(100 + sum(self.tests.values()) if without >= BONUS_FROM else without, 0)

    @property
    def grade(self) -> str:
        return next(grade for least, grade in GRADES if self.points >= least)


def score(answer: Answer) -> Score:
    return Score({name: test(answer) for name, test in TESTS.items()})


def content_security_policy(answer: Answer) -> int:
    policy = _policy(answer)
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    scripts = _without_inline(policy.get("script-src", default))
    styles = _without_inline(policy.get("style-src", default))
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    others = {name: told for name, told in policy.items() if name not in ("img-src", "media-src")}
    active = set[str]().union(scripts, *others.values())
    if scripts & (BROAD | INLINE) or policy.get("object-src", default) & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in active):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10
    if styles & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(answer: Answer) -> int:
    told = [_cookie(one) for one in answer.cookies]
    if not told:
        return 0
    safe = strict_transport_security(answer) >= 0
    return min(_cookie_points(name, flags, safe=safe) for name, flags in told)


def _cookie_points(name: str, flags: Mapping[str, str], *, safe: bool) -> int:
    """Of one cookie the worst that can be said. `safe` is where no browser asks over plain HTTP."""
    session = "sess" in name or "login" in name
    secure, same = "secure" in flags, flags.get("samesite", "").lower()
    points = [5 if same else 0]
    if ("samesite" in flags and same not in ("lax", "strict", "none")) or (
        same == "none" and not secure
    ):
        points.append(-20)
    if not secure:
        points.append(-5 if safe else -20)
    if not secure and session:
        points.append(-10 if safe else -40)
    if "csrf" in name and not same:
        points.append(-20)
    if session and "httponly" not in flags:
        points.append(-30)
    return min(points)


def cross_origin_resource_sharing(answer: Answer) -> int:
    allowed = answer.header("access-control-allow-origin")
    with_cookies = answer.header("access-control-allow-credentials").lower() == "true"
    return -50 if allowed == answer.origin and with_cookies else 0


def cross_origin_resource_policy(answer: Answer) -> int:
    told = answer.header("cross-origin-resource-policy").lower()
    return {"": 0, "same-origin": 10, "same-site": 10, "cross-origin": 0}.get(told, -5)


def redirection(answer: Answer) -> int:
    route = [urlsplit(one) for one in answer.route]
    if not route:
        return 0
    if len(route) == 1 or route[-1].scheme != "https":
        return -20
    if route[1].scheme != "https":
        return -10
    return 0 if route[0].hostname == route[1].hostname else -5


def referrer_policy(answer: Answer) -> int:
    """Of several the last that is known counts, as browsers do it."""
    told = answer.header("referrer-policy").lower()
    known = [one.strip() for one in told.split(",") if one.strip() in PRIVATE | LEAKY]
    if not known:
        return -5 if told else 0
    return 5 if known[-1] in PRIVATE else -5


def strict_transport_security(answer: Answer) -> int:
    told = answer.header("strict-transport-security")
    found = re.search(r'max-age\s*=\s*"?(\d+)"?\s*(?:;|$)', told, re.IGNORECASE)
    if not found or urlsplit(answer.url).scheme != "https":
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def subresource_integrity(answer: Answer) -> int:
    """The worst of the scripts from elsewhere; with none, a hash on one of our own is a bonus."""
    if "html" not in answer.header("content-type"):
        return 0
    scripts = _Scripts.of(answer.body)
    own = [whole for source, whole in scripts if _is_own(source, answer)]
    foreign = [one for one in scripts if not _is_own(one[0], answer)]
    if foreign:
        return min(_foreign_points(source, whole=whole) for source, whole in foreign)
    return 5 if any(own) else 0


def _foreign_points(source: str, *, whole: bool) -> int:
    if source.startswith("https:"):
        return 5 if whole else -5
    return -20 if whole else -50


def x_content_type_options(answer: Answer) -> int:
    return 0 if answer.header("x-content-type-options").lower() == "nosniff" else -5


def x_frame_options(answer: Answer) -> int:
    ancestors = _policy(answer).get("frame-ancestors")
    if ancestors and not ancestors & BROAD:
        return 5
    told = answer.header("x-frame-options").lower()
    return 0 if told in ("deny", "sameorigin") or told.startswith("allow-from ") else -20


TESTS: dict[str, Callable[[Answer], int]] = {
    "Content-Security-Policy": content_security_policy,
    "Cookies": cookies,
    "Cross-Origin Resource Sharing": cross_origin_resource_sharing,
    "Redirection": redirection,
    "Referrer-Policy": referrer_policy,
    "Strict-Transport-Security": strict_transport_security,
    "Subresource Integrity": subresource_integrity,
    "X-Content-Type-Options": x_content_type_options,
    "X-Frame-Options": x_frame_options,
    "Cross-Origin-Resource-Policy": cross_origin_resource_policy,
}


def _policy(answer: Answer) -> dict[str, set[str]]:
    """The sources of each directive; of a directive that comes twice the first counts."""
    policy: dict[str, set[str]] = {}
    for part in answer.header("content-security-policy").split(";"):
        name, *sources = part.lower().split() or [""]
        if name:
            policy.setdefault(name, set(sources) or {"'none'"})
    return policy


def _without_inline(sources: set[str]) -> set[str]:
    """Browsers that know a nonce or a hash do not heed 'unsafe-inline' beside it."""
    hashed = any(source.startswith(HASHED) for source in sources)
    return sources - {"'unsafe-inline'"} if hashed else sources


def _cookie(told: str) -> tuple[str, dict[str, str]]:
    """Its name and its flags, in lower case."""
    first, *flags = told.split(";")
    pairs = (flag.strip().partition("=") for flag in flags)
    return first.partition("=")[0].strip().lower(), {
        name.lower(): value.strip() for name, _is, value in pairs
    }


def _is_own(source: str, answer: Answer) -> bool:
    told = urlsplit(source)
    if source.startswith("//"):
        return False
    return not told.netloc or told.hostname == urlsplit(answer.url).hostname


class _Scripts(HTMLParser):
    """Each script from a file: its address, and whether its hash is given."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []

    @classmethod
    def of(cls, body: str) -> list[tuple[str, bool]]:
        parser = cls()
        parser.feed(body)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "script" and told.get("src"):
            self.found.append((told["src"] or "", bool(told.get("integrity"))))
