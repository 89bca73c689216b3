"""Settings, all from the environment or from `.env`. docs/operating.md explains each of them.

A setting that is missing or wrong stops the start, and is named. With DEBUG on, for developers,
missing secrets are created and the rest has defaults.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from timesheet.core import log_config, request_framing, setting_checks
from timesheet.core.environment import Environment
from timesheet.core.secret_keys import local_secret

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOCAL_ASANA = "http://127.0.0.1:8001"
HOURS_OF_A_YEAR = 24 * 366
# The journal is what people undo from, and what tells a late duplicate.
FEWEST_JOURNAL_DAYS = 30

env = Environment(ROOT / ".env")

DEBUG = env.switch("DEBUG", False)


def _needed(in_development: str) -> str | None:
    """Return the default of a setting that only developers may leave out."""
    return in_development if DEBUG else None


SECRET_KEY = env.text("SECRET_KEY", _needed(""), setting_checks.secret_key)
TOKEN_KEYS = env.items("TOKEN_KEYS", setting_checks.token_key, needed=not DEBUG)
PUBLIC_URL = env.text("PUBLIC_URL", _needed("http://127.0.0.1:8000"), setting_checks.site_url)
DATABASE_URL = env.text(
    "DATABASE_URL", _needed(f"sqlite:///{VAR / 'timesheet.sqlite3'}"), setting_checks.database_url
)
ASANA_URL = env.text(
    "ASANA_URL", LOCAL_ASANA if DEBUG else "https://app.asana.com", setting_checks.asana_url
)
# Both or neither: without them the Asana app is set up in the browser, at /set-up/.
ASANA_CLIENT_ID = env.text(
    "ASANA_CLIENT_ID", "sandbox-client" if DEBUG else "", setting_checks.credential
)
ASANA_CLIENT_SECRET = env.text(
    "ASANA_CLIENT_SECRET", "sandbox-secret" if DEBUG else "", setting_checks.credential
)
SECRET_KEY_FALLBACKS: list[str] = env.items("SECRET_KEY_FALLBACKS", setting_checks.secret_key)
# How many seconds to wait for Asana to answer a request.
ASANA_TIMEOUT = env.number("ASANA_TIMEOUT", 10.0, least=0.1, most=120)
# How long after its deadline a write without a response may still take place in Asana. Until then
# it is looked for, and not sent again.
SETTLING_SECONDS = env.number("SETTLING_SECONDS", 40.0, least=0, most=600)
# Whether people may sign in with a personal access token, beside Asana's own sign-in.
PERSONAL_TOKENS = env.switch("PERSONAL_TOKENS", True)
# Processes of gunicorn: one for each core that this one may use.
WEB_CONCURRENCY = env.whole("WEB_CONCURRENCY", len(os.sched_getaffinity(0)), least=1, most=256)
HTTPS = env.switch("HTTPS", not DEBUG)
# Number of proxies in front of the app that are trusted to name the browser's address.
PROXIES = env.whole("PROXIES", int(HTTPS), least=0, most=10)
ALLOWED_HOSTS: list[str] = env.items("ALLOWED_HOSTS", setting_checks.allowed_host)
HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_INCLUDE_SUBDOMAINS", False)
HSTS_PRELOAD = env.switch("HSTS_PRELOAD", False)
SESSION_IDLE_HOURS = env.number("SESSION_IDLE_HOURS", 24 * 14, least=0.1, most=HOURS_OF_A_YEAR)
SESSION_MAX_HOURS = env.number("SESSION_MAX_HOURS", 24 * 30, least=0.1, most=HOURS_OF_A_YEAR)
# After how many days rows of the audit log, and edits that are settled, are deleted; 0 for never.
AUDIT_KEEP_DAYS = env.whole("AUDIT_KEEP_DAYS", 0, least=0, most=36500)
JOURNAL_KEEP_DAYS = env.whole("JOURNAL_KEEP_DAYS", 0, least=0, most=36500)
CACHE_URL = env.text("CACHE_URL", "db://cache", setting_checks.cache_url)
# The file that tells a restored database: see timesheet/journal/delivery_mark.py. Empty: beside the
# database, and for PostgreSQL in `VAR`.
DELIVERY_MARK = env.text("DELIVERY_MARK", "", setting_checks.file_path)
QUEUE_URL = env.text("QUEUE_URL", "", setting_checks.queue_url)
EMAIL_URL = env.text("EMAIL_URL", "console:", setting_checks.mail_url)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "", setting_checks.mail_sender)
TIME_ZONE = env.text("TIME_ZONE", "UTC", setting_checks.time_zone)
LOG_LEVEL = env.text("LOG_LEVEL", "INFO", setting_checks.log_level).upper()
LOG_FORMAT = env.text("LOG_FORMAT", "line", setting_checks.one_of(*log_config.FORMATS))
# The bearer token that may read /metrics; without it nobody may.
METRICS_TOKEN = env.text("METRICS_TOKEN", "", setting_checks.bearer_token)
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static"), setting_checks.folder_path))

# What contradicts another setting.
HOST = urlsplit(PUBLIC_URL).hostname or "" if env.is_right("PUBLIC_URL") else ""
if env.is_right("PUBLIC_URL", "HTTPS"):
    if HTTPS and PUBLIC_URL.startswith("http:"):
        env.wrong("PUBLIC_URL", "must begin with https:// unless HTTPS is 0")
    if not HTTPS and PUBLIC_URL.startswith("https:"):
        env.wrong("HTTPS", "must be 1 where PUBLIC_URL begins with https://")
if HTTPS and not PROXIES:
    env.wrong("PROXIES", "must be at least 1 with HTTPS: a proxy in front terminates it")
if HSTS_PRELOAD and not HSTS_INCLUDE_SUBDOMAINS:
    env.wrong("HSTS_PRELOAD", "needs HSTS_INCLUDE_SUBDOMAINS=1: browsers' lists ask for both")
if HSTS_INCLUDE_SUBDOMAINS and not HTTPS:
    env.wrong("HSTS_INCLUDE_SUBDOMAINS", "needs HTTPS=1")
if SESSION_IDLE_HOURS > SESSION_MAX_HOURS:
    env.wrong("SESSION_IDLE_HOURS", "must not be more than SESSION_MAX_HOURS")
if 0 < JOURNAL_KEEP_DAYS < FEWEST_JOURNAL_DAYS:
    env.wrong("JOURNAL_KEEP_DAYS", f"must be 0, or at least {FEWEST_JOURNAL_DAYS}")
if bool(ASANA_CLIENT_ID) != bool(ASANA_CLIENT_SECRET):
    env.wrong(
        "ASANA_CLIENT_SECRET" if ASANA_CLIENT_ID else "ASANA_CLIENT_ID",
        "is needed with the other of ASANA_CLIENT_ID and ASANA_CLIENT_SECRET",
    )
if SECRET_KEY and SECRET_KEY in SECRET_KEY_FALLBACKS:
    env.wrong("SECRET_KEY_FALLBACKS", "has the present SECRET_KEY, and is for former ones")
if len(set(TOKEN_KEYS)) < len(TOKEN_KEYS):
    env.wrong("TOKEN_KEYS", "has the same key twice")
if METRICS_TOKEN and METRICS_TOKEN in {SECRET_KEY, *TOKEN_KEYS}:
    env.wrong("METRICS_TOKEN", "must be a token of its own: keys are never sent")
if ALLOWED_HOSTS and HOST and not setting_checks.serves(ALLOWED_HOSTS, HOST):
    env.wrong("ALLOWED_HOSTS", "must include the host of PUBLIC_URL, where all links lead")
if STATIC_ROOT.resolve().is_relative_to(ROOT / "static"):
    env.wrong("STATIC_ROOT", "must not be the folder of the sources: files are copied there")
if env.is_right("CACHE_URL", "QUEUE_URL") and setting_checks.same_redis(CACHE_URL, QUEUE_URL):
    env.wrong("QUEUE_URL", "must name another Redis database than CACHE_URL, which is emptied")
env.finish()
# A sentence for each name in `.env` that is probably misspelt.
UNKNOWN_SETTINGS = env.unknown()

if DEBUG:
    VAR.mkdir(exist_ok=True)
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    SECRET_KEY = SECRET_KEY or local_secret(VAR / "secret-key", get_random_secret_key)
    TOKEN_KEYS = TOKEN_KEYS or [
        local_secret(VAR / "token-key", lambda: Fernet.generate_key().decode())
    ]
ASANA_URL = ASANA_URL.rstrip("/")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# A file of its own, so that waking the worker and storing edits do not wait for each other.
QUEUE_URL = QUEUE_URL or (
    f"sqlite:///{DATABASES['default']['NAME']}.queue" if SQLITE else DATABASE_URL
)
# Django's own backends raise their library's errors, on every page.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "timesheet.core.fail_open_cache.FailOpenDatabaseCache",
        "LOCATION": CACHE_URL.removeprefix("db://"),
        # With Django's 300, one person's report would evict what is cached for others.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    if CACHE_URL.startswith("db:")
    else {
        "BACKEND": "timesheet.core.fail_open_cache.FailOpenRedisCache",
        # A list, because a text would be split at commas.
        "LOCATION": [CACHE_URL],
        # Seconds. People wait meanwhile.
        "OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "retry": Retry(NoBackoff(), 1),
        },
    }
}
# By default the sender is an address that nobody reads, at the host that people know.
DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or f"Timesheet <timesheet@{HOST}>"
EMAIL = dj_email_url.parse(EMAIL_URL)
EMAIL_BACKEND, EMAIL_FILE_PATH = EMAIL["EMAIL_BACKEND"], f"/{EMAIL['EMAIL_FILE_PATH'].lstrip('/')}"
EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_HOST"], EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_USER"], EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL["EMAIL_USE_TLS"], EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = EMAIL["EMAIL_TIMEOUT"] or 10

if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = [HOST]
    if DEBUG:
        ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "accounts",
    "timesheet",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "accounts.middleware.OriginMiddleware",
    "timesheet.web.middleware.LogMiddleware",
    # Before any middleware that may respond: files and redirects need these headers too.
    "timesheet.web.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the static files, which browsers may keep.
    "timesheet.web.middleware.NoStoreMiddleware",
    "timesheet.web.middleware.FormMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "timesheet.web.middleware.HostMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "timesheet.web.middleware.NulMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "timesheet.web.middleware.TimeZoneMiddleware",
    "timesheet.web.middleware.PreferencesMiddleware",
    "accounts.middleware.ProblemMiddleware",
    "timesheet.web.middleware.LostWorkspaceMiddleware",
    "timesheet.web.middleware.DatabaseMiddleware",
]

ROOT_URLCONF = "timesheet.urls"
WSGI_APPLICATION = "timesheet.wsgi.application"

TEMPLATES = [
    {
        # First, because it finds only its own: see docs/decisions/templates.md.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {"environment": "timesheet.jinja_environment.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "timesheet.web.context_processors.navigation",
                "timesheet.web.context_processors.delivery_status",
                "timesheet.web.context_processors.sent_back",
                "timesheet.timer.context_processors.timers",
            ],
        },
    },
]

if SQLITE:
    # IMMEDIATE, so that two writers wait for each other instead of failing in the middle. FULL, so
    # that a power failure takes back no commit: what was typed, or that a write may have been sent.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }

if not DEBUG:
    # Seconds. To connect for each request takes longer than the queries of most pages. Not for
    # developers, whose server has a new thread for each connection of a browser.
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = not SQLITE

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "accounts.sessions.store"
# What every page needs of the person whose session it is.
READ_WITH_SESSION = ["user__connection", "user__preferences"]
AUTHENTICATION_BACKENDS = ["accounts.sessions.backend.SessionBackend"]
# The cookie's. When a session ends is up to its row.
SESSION_COOKIE_AGE = int(SESSION_MAX_HOURS * 60 * 60)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# Cookies with these names cannot be set by a subdomain, or without HTTPS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# csrf.js reads the cookie, so that a page can save after its person signed in again in another tab.
CSRF_COOKIE_HTTPONLY = False
# A request about all cells of a week has eight fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
DATA_UPLOAD_MAX_MEMORY_SIZE = request_framing.MAX_WEEK
# Files, such as a CSV file of capacities, are held in memory; larger ones are left out.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = request_framing.MAX_WEEK
CSRF_FAILURE_VIEW = "accounts.error_views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
# They bind every host below ours, and cannot be taken back for months: only if they are asked for.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS_INCLUDE_SUBDOMAINS
SECURE_HSTS_PRELOAD = HSTS_PRELOAD
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        # Not "report-to": browsers that know it ignore "report-uri", and report only over HTTPS.
        "report-uri": "/csp-report/",
    }
}

# Texts are English until there is a translation; dates follow the person's kind of English.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("en-gb", _("British English"))]
# Times as each language writes them; Django has "9:30 a.m." for every English.
FORMAT_MODULE_PATH = ["timesheet.locale_formats"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "timesheet.core.static_storage.StaticStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

DEFAULT_EXCEPTION_REPORTER_FILTER = "timesheet.core.debug_filter.ReporterFilter"
LOGGING = log_config.config(LOG_FORMAT, LOG_LEVEL)
