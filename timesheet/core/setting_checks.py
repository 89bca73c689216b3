"""Checks of single settings: each returns what is wrong with a value, or nothing.

The sentences go on after the setting's name. They never repeat the value, which may be a secret.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from email.utils import getaddresses
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
import redis

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MIN_SECRET, MIN_DIFFERENT, MIN_TOKEN = 50, 5, 16

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_FERNET_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_TABLE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.IGNORECASE)
# Nothing written there is kept.
_NO_FILES = ("/proc", "/sys", "/dev")
# https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
_MAILS = ("console", "file", "smtp", "submission", "dummy")
_IN_PASSWORDS = "in the password, write / as %2F, @ as %40 and # as %23"
_URL_CHARACTERS = set(string.printable) - set(string.whitespace)


def secret_key(value: str) -> str:
    """Check a key that signs. A short text that is repeated is as easy to guess as once."""
    pieces = (value[:size] for size in range(1, len(value) // 2))
    is_repeated = any((piece * len(value)).startswith(value) for piece in pieces)
    if len(value) < MIN_SECRET or len(set(value)) < MIN_DIFFERENT or is_repeated:
        return f"must be at least {MIN_SECRET} random characters"
    return ""


def token_key(value: str) -> str:
    """Check a key that encrypts: base64 of 32 bytes. Fernet ignores what follows its padding."""
    return "" if _FERNET_KEY.fullmatch(value) else "must be 32 bytes in URL-safe base64"


def bearer_token(value: str) -> str:
    """Check a token that programs send in a header."""
    if len(value) < MIN_TOKEN or not value.isascii() or not value.isprintable() or " " in value:
        return f"must be at least {MIN_TOKEN} characters, without spaces or umlauts"
    return ""


def credential(value: str) -> str:
    """Check one of the credentials that Asana issued."""
    return (
        "" if value.isascii() and len(value.split()) == 1 else "must be one word, as Asana has it"
    )


def site_url(value: str) -> str:
    """Check the address of a whole site: a scheme and a host, and no path."""
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "must be an address such as https://timesheet.example"
    if parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/"):
        return "must end after the host: no path, no query, no user"
    return _host(parts.hostname)


def asana_url(value: str) -> str:
    """Check Asana's address: tokens are sent there, so beyond this network it needs TLS."""
    sentence = site_url(value)
    if sentence:
        return sentence
    parts = urlsplit(value)
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        return "must begin with https://, because tokens are sent there"
    return ""


def allowed_host(value: str) -> str:
    """Check a name that the site is served under."""
    if value == "*":
        return "must name hosts: * would serve any"
    bare = value.removeprefix(".").removeprefix("[").removesuffix("]")
    if "://" in value or "/" in value or (":" in bare and not value.startswith("[")):
        return "must be host names alone, without scheme, port or path"
    return _host(bare)


def serves(hosts: Sequence[str], name: str) -> bool:
    """Tell whether a host is among those that are served; `.example` includes all below it."""
    name = name.lower()
    return any(
        name == host.strip("[]").removeprefix(".") or (host.startswith(".") and name.endswith(host))
        for host in map(str.lower, hosts)
    )


def database_url(value: str) -> str:
    """Check the address of a database."""
    scheme = value.partition(":")[0]
    if scheme == "sqlite":
        return sqlite_file(value)
    if not value.startswith(("postgres://", "postgresql://")):
        return "must begin with postgres:// or sqlite:///"
    return _postgres(value)


def queue_url(value: str) -> str:
    """Check the address of the queue."""
    scheme = value.partition(":")[0]
    if scheme in ("redis", "rediss", "unix"):
        return redis_url(value)
    if scheme in ("postgres", "postgresql", "sqlite"):
        return database_url(value)
    return "must begin with redis://, rediss://, postgres:// or sqlite:///"


def cache_url(value: str) -> str:
    """Check the address of the cache."""
    scheme, _, rest = value.partition("://")
    if scheme in ("redis", "rediss", "unix"):
        return redis_url(value)
    if scheme != "db":
        return "must begin with db://, redis:// or rediss://: all processes share the cache"
    return "" if _TABLE.fullmatch(rest) else "must name a table, such as db://cache"


def redis_url(value: str) -> str:
    """Check the address of a Redis."""
    parts = _split(value)
    if parts is None or _redis_options(value) is None:
        return "is no address of a Redis such as redis://host:6379/0"
    if parts.scheme == "unix":
        return "" if parts.path.startswith("/") else "must name a socket: unix:///run/redis.sock"
    if not parts.hostname:
        return "must name a host, as in redis://host:6379/0"
    database = parts.path.strip("/")
    return "" if not database or database.isdigit() else "must end in the number of a database"


def sqlite_file(value: str) -> str:
    """Check the address of a SQLite file."""
    path = value.partition("://")[2].partition("?")[0].removeprefix("/")
    if not path.startswith("/"):
        return "must name a file by its whole path, with four slashes: sqlite:////var/lib/…"
    return file_path(path)


def file_path(value: str) -> str:
    """Check the path of a file that is written to; its folder has to be there."""
    path = Path(value)
    if not path.is_absolute() or ".." in path.parts:
        return "must be a whole path, which begins with /"
    if _keeps_no_files(path):
        return "names a place that keeps no files"
    if path.is_dir():
        return "names a folder and must name a file"
    return "" if path.parent.is_dir() else "names a file in a folder that is not there"


def folder_path(value: str) -> str:
    """Check the path of a folder that may still have to be made."""
    path = Path(value)
    if not path.is_absolute() or ".." in path.parts or path == Path("/"):
        return "must be the whole path of a folder, which begins with /"
    if _keeps_no_files(path):
        return "names a place that keeps no files"
    if any(place.is_file() for place in (path, *path.parents)):
        return "names a file and must name a folder"
    return ""


def mail_url(value: str) -> str:
    """Check how emails are sent."""
    if value.partition(":")[0] not in _MAILS or ":" not in value:
        return f"must begin with one of {', '.join(f'{scheme}:' for scheme in _MAILS)}"
    parts = _split(value)
    if parts is None:
        return f"is no valid address; {_IN_PASSWORDS}"
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            return "must name a folder by its whole path: file:///var/mails"
        return folder_path(f"/{parts.path.lstrip('/')}")
    if parts.scheme in ("smtp", "submission"):
        return _mail_server(parts)
    return ""


def mail_sender(value: str) -> str:
    """Check the sender of emails."""
    addresses = [address for _name, address in getaddresses([value])]
    user, _, host = addresses[0].rpartition("@")
    if not value.isprintable() or len(addresses) > 1 or not user or " " in user or _host(host):
        return "must be an email address, such as Timesheet <timesheet@example.com>"
    return ""


def time_zone(value: str) -> str:
    """Check the name of a time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "must be the name of a time zone, such as Europe/Berlin"
    return ""


def log_level(value: str) -> str:
    """Check the name of a level of the log."""
    return "" if value.upper() in LEVELS else f"must be one of {', '.join(LEVELS)}"


def one_of(*values: str) -> Callable[[str], str]:
    """Return a check for one of these values."""

    def check(value: str) -> str:
        return "" if value in values else f"must be one of {', '.join(values)}"

    return check


def same_redis(one: str, other: str) -> bool:
    """Tell whether two addresses mean the same database of the same Redis."""
    keys, schemes = ("host", "port", "path", "db"), ("redis://", "rediss://", "unix://")
    if not (one.startswith(schemes) and other.startswith(schemes)):
        return False
    first, second = (_redis_options(url) or {} for url in (one, other))
    defaults = {"port": 6379, "db": 0}
    return all(
        first.get(key, defaults.get(key)) == second.get(key, defaults.get(key)) for key in keys
    )


def _split(value: str) -> SplitResult | None:
    """Split an address; None where it is none."""
    if not set(value) <= _URL_CHARACTERS:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def _redis_options(value: str) -> dict[str, Any] | None:
    """Return what the address of a Redis says; None where it is none."""
    try:
        options: dict[str, Any] = redis.connection.parse_url(value)  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    return options


def _host(name: str) -> str:
    """Check the name of a host or an IP address."""
    try:
        ip_address(name)
    except ValueError:
        labels = name.removesuffix(".").split(".")
        # A last part of digits belongs to an IP address that is wrong.
        if not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
            return "has no valid host name; names with other letters are written in Punycode"
    return ""


def _is_near(host: str) -> bool:
    """Tell whether a host is on this machine or in its network."""
    try:
        address = ip_address(host)
    except ValueError:
        # Names without a dot are those of a container network.
        return "." not in host or host.endswith((".localhost", ".internal", ".local"))
    return address.is_private


def _postgres(value: str) -> str:
    try:
        database = dj_database_url.parse(value)
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        return f"is no valid address; {_IN_PASSWORDS}"
    parts = urlsplit(value)
    if parts.fragment:
        return "ends at a #, which is written as %23"
    # Without a host, or with the folder of a socket in its place, it is on this machine.
    host = unquote(parts.hostname or "")
    if parts.port == 0 or (host and not host.startswith("/") and _host(host)):
        return "has no valid host or port: postgres://user:password@host:5432/name"
    if not set(parse_qs(parts.query).get("sslmode", [])) <= _SSL_MODES:
        return f"has an sslmode that is none of {', '.join(sorted(_SSL_MODES))}"
    if not database["NAME"] and "service" not in database.get("OPTIONS", {}):
        return "must name a database: postgres://user:password@host/name"
    return ""


def _mail_server(parts: SplitResult) -> str:
    query = parse_qs(parts.query)
    if not parts.hostname or _host(parts.hostname):
        return "must name a mail server: submission://user:password@host:587"
    if parts.path.strip("/"):
        return "must end after the mail server; in the password, write / as %2F"
    if parts.username and not parts.password:
        return "has a user without a password"
    if not all(value.isdigit() and int(value[:6]) for value in query.get("timeout", [])):
        return "has a timeout that is no number of seconds"
    switches = [value.lower() for name in ("ssl", "tls") for value in query.get(name, [])]
    if not set(switches) <= {"true", "false", "1", "0"}:
        return "has an ssl or tls that is neither True nor False"
    if len(switches) > 1:
        return "asks for STARTTLS (tls) and for TLS from the start (ssl): choose one"
    return ""


def _keeps_no_files(path: Path) -> bool:
    return any(path.is_relative_to(place) for place in _NO_FILES)
