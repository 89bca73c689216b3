"""Settings, all from the environment. The README explains each of them.

With DEBUG on (the default) missing secrets are created for the developer. With DEBUG off a missing
secret stops the start, and the error names it.
"""

from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv
from marshmallow.validate import Length, OneOf, Range, Regexp
from redis.backoff import NoBackoff
from redis.retry import Retry

from timesheet.core import log_config
from timesheet.core.secret_keys import check_token_keys, local_secret

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

env = FileAwareEnv(eager=False)
env.read_env(str(ROOT / ".env"), recurse=False)

DEBUG = env.bool("DEBUG", True)
LOCAL_ASANA = "http://127.0.0.1:8001"

if DEBUG:
    SECRET_KEY = env.str("SECRET_KEY", "") or local_secret(
        VAR / "secret-key", get_random_secret_key
    )
    TOKEN_KEYS = env.list("TOKEN_KEYS", [], validate=check_token_keys) or [
        local_secret(VAR / "token-key", lambda: Fernet.generate_key().decode())
    ]
    PUBLIC_URL = env.str("PUBLIC_URL", "http://127.0.0.1:8000")
    ASANA_URL = env.str("ASANA_URL", LOCAL_ASANA)
    ASANA_CLIENT_ID = env.str("ASANA_CLIENT_ID", "sandbox-client")
    ASANA_CLIENT_SECRET = env.str("ASANA_CLIENT_SECRET", "sandbox-secret")
else:
    SECRET_KEY = env.str("SECRET_KEY", validate=Length(min=50))
    TOKEN_KEYS = env.list("TOKEN_KEYS", validate=[Length(min=1), check_token_keys])
    PUBLIC_URL = env.str("PUBLIC_URL")
    ASANA_URL = env.str("ASANA_URL", "https://app.asana.com")
    # Both or neither: without them the Asana app is set up in the browser, at /set-up/.
    has_app = env.str("ASANA_CLIENT_ID", "") or env.str("ASANA_CLIENT_SECRET", "")
    ASANA_CLIENT_ID = env.str("ASANA_CLIENT_ID", validate=Length(min=1)) if has_app else ""
    ASANA_CLIENT_SECRET = env.str("ASANA_CLIENT_SECRET", validate=Length(min=1)) if has_app else ""

SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ASANA_TIMEOUT = env.float("ASANA_TIMEOUT", 10.0)
HTTPS = env.bool("HTTPS", not DEBUG)
# Number of proxies in front of the app that are trusted to name the browser's address.
PROXIES = env.int("PROXIES", int(HTTPS), validate=Range(min=0))
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'timesheet.sqlite3'}")}
CACHES = {"default": env.dj_cache_url("CACHE_URL", "db://cache")}
# With Django's 300, one person's report would evict what is cached for others.
CACHES["default"]["max_entries"] = 20_000
# Django's own backends raise their library's errors, on every page.
CACHES["default"]["BACKEND"] = {
    "django.core.cache.backends.db.DatabaseCache": (
        "timesheet.core.fail_open_cache.FailOpenDatabaseCache"
    ),
    "django.core.cache.backends.redis.RedisCache": (
        "timesheet.core.fail_open_cache.FailOpenRedisCache"
    ),
}.get(CACHES["default"]["BACKEND"], CACHES["default"]["BACKEND"])
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Seconds. People wait meanwhile.
    CACHES["default"].setdefault("OPTIONS", {}).update(
        socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 1)
    )
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# The file that tells a restored database: see timesheet/journal/delivery_mark.py. Empty: beside the
# database, and for PostgreSQL in `VAR`.
DELIVERY_MARK = env.str("DELIVERY_MARK", "")
# A file of its own, so that waking the worker and storing edits do not wait for each other.
QUEUE_URL = env.str("QUEUE_URL", "") or (
    f"sqlite:///{DATABASES['default']['NAME']}.queue" if SQLITE else env.str("DATABASE_URL")
)
env.str("EMAIL_URL", "console:", validate=Regexp("(console|file|smtp|submission|dummy):"))
EMAIL = env.dj_email_url("EMAIL_URL", "console:")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "")
TIME_ZONE = env.str("TIME_ZONE", "UTC")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=OneOf(log_config.FORMATS))
# The bearer token that may read /metrics; without it nobody may.
METRICS_TOKEN = env.str(
    "METRICS_TOKEN", "", validate=Regexp(r"\Z|.{16}", error="16 characters at least")
)
STATIC_ROOT = env.path("STATIC_ROOT", VAR / "static")

env.seal()

VAR.mkdir(exist_ok=True)
if DEBUG:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
TOKEN_KEYS = [key.strip() for key in TOKEN_KEYS]
ASANA_CLIENT_ID = ASANA_CLIENT_ID.strip()
ASANA_CLIENT_SECRET = ASANA_CLIENT_SECRET.strip()
# By default the sender is an address that nobody reads, at the host that people know.
HOST = urlsplit(PUBLIC_URL).hostname or ""
DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or f"Timesheet <timesheet@{HOST}>"
EMAIL_BACKEND, EMAIL_FILE_PATH = EMAIL["EMAIL_BACKEND"], EMAIL["EMAIL_FILE_PATH"]
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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
            ],
        },
    },
]

if SQLITE:
    # IMMEDIATE, so that two writers wait for each other instead of failing in the middle.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# Cookies with these names cannot be set by a subdomain, or without HTTPS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# csrf.js reads the cookie, so that a page can save after its person signed in again in another tab.
CSRF_COOKIE_HTTPONLY = False
# Without JavaScript a week is one form with two fields per cell.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CSRF_FAILURE_VIEW = "accounts.error_views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
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
