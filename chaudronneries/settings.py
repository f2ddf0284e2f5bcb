"""Settings: one file, everything from the environment (see .env.example), two kinds of house.

`ENVIRONMENT=local` is the demonstration, development and the tests; `production` is the default, and there an absent
secret, host, database or mail setting stops the start with a sentence.
"""

import sys
from email.utils import parseaddr
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from chaudronneries import env, logs, reporting
from chaudronneries.env import BASE_DIR

ENVIRONMENT = env.one_of("ENVIRONMENT", {"local", "production"}, "production")
LOCAL = ENVIRONMENT == "local"
PRODUCTION = ENVIRONMENT == "production"

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = LOCAL and env.flag("DEBUG")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if LOCAL else None)

# Applications

INSTALLED_APPS = [
    "chaudronneries",
    "mailing",
    "residents",
    "knowledge_map",
    "agenda",
    "blog",
    "bulletin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "wagtail.contrib.settings",
    "django.contrib.sitemaps",
    "wagtail.sites",
    "residents.apps.PeopleConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "chaudronneries.middleware.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chaudronneries.middleware.ContentSecurityPolicyMiddleware",
    "chaudronneries.middleware.PersonalAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "chaudronneries.middleware.RefusalsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "chaudronneries.middleware.SecondFactorMiddleware",
    "chaudronneries.middleware.BackOfficeMiddleware",
]

ROOT_URLCONF = "chaudronneries.urls"
WSGI_APPLICATION = "chaudronneries.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chaudronneries.context.house",
            ],
        },
    },
]
# Forms draw their fields with templates/django/forms/ (a French error summary, our field component).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: PostgreSQL and nothing else

try:
    database = dj_database_url.parse(env.text("DATABASE_URL"))
except ValueError:
    database = {"ENGINE": None}
if database["ENGINE"] != "django.db.backends.postgresql":
    raise env.Misconfigured(
        "Le réglage DATABASE_URL s'écrit postgresql://compte:motdepasse@serveur:5432/base : "
        "le produit ne connaît que PostgreSQL."
    )

DATABASES = {
    "default": {
        **database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Behind pgbouncer in transaction mode a server-side cursor may meet another server connection.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # Several suites at once on one server each name their own test database.
        "TEST": {"NAME": env.text("TEST_DATABASE_NAME", "test_chaudronneries")},
    }
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in [
        ("statement_timeout", env.number("DATABASE_STATEMENT_TIMEOUT", 5_000)),
        ("lock_timeout", env.number("DATABASE_LOCK_TIMEOUT", 3_000)),
        ("idle_in_transaction_session_timeout", 15_000),
        # Our queries last milliseconds: starting parallel workers costs more than they bring.
        ("max_parallel_workers_per_gather", 0),
    ]
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all workers: a per-process cache would give each its own rate limits.
if cache_url := env.text("CACHE_URL", ""):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": cache_url}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Pages fetch the cut pictures they show in one query: remembering each in the cache would cost five.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# Language and time

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# Files

STATIC_URL = "/static/"
# vis-network comes with pyvis, found without importing it: that loads IPython.
PYVIS = Path(find_spec("pyvis").origin).parent
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor/vis", PYVIS / "lib" / "vis-9.1.2")]
# Locally static files are served from where they lie; production collects them.
STATIC_ROOT = None if LOCAL else BASE_DIR / env.text("STATIC_ROOT", "var/static")
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / env.text("MEDIA_ROOT", "var/media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "chaudronneries.storage.BundledStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL
# Where `manage.py backup` writes its archives.
BACKUP_ROOT = BASE_DIR / env.text("BACKUP_ROOT", "var/backups")
# The longest request that is read, in bytes; the server in front says the same.
LONGEST_REQUEST = env.number("LONGEST_REQUEST_MEGABYTES", 130) * 1024 * 1024

# People

AUTH_USER_MODEL = "residents.User"
AUTHENTICATION_BACKENDS = ["residents.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "residents.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "chaudronneries.forms.AddEmailForm",
    "login": "chaudronneries.forms.LoginForm",
    "request_login_code": "chaudronneries.forms.RequestLoginCodeForm",
    "reset_password": "chaudronneries.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
# Here one stays signed in; elsewhere, whatever was open before is closed by the hash that each session keeps.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Les Chaudronneries] "
# Somebody changed my password or my keys: I am told by mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "residents.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Les Chaudronneries"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
USERSESSIONS_TRACK_ACTIVITY = False
# House managers and administrators set up a second factor before anything else (middleware.py).
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", PRODUCTION)

# Mail

DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "Les Chaudronneries <bonjour@chaudronneries.example>" if LOCAL else None
)
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
EMAIL_TIMEOUT = 20
# How fast an issue of the bulletin leaves: providers of mail turn away who writes to many at once.
BULLETIN_MAILS_A_MINUTE = env.number("BULLETIN_MAILS_A_MINUTE", 60)
if email_url := env.text("EMAIL_URL", "" if LOCAL else None):
    smtp = urlsplit(email_url)
    if smtp.scheme not in {"smtp", "smtp+tls", "smtps"} or not smtp.hostname:
        raise env.Misconfigured("Le réglage EMAIL_URL s'écrit smtp+tls://compte:motdepasse@serveur:587 (ou smtps://).")
    EMAIL_HOST, EMAIL_PORT = smtp.hostname, smtp.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(smtp.username or ""), unquote(smtp.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = smtp.scheme == "smtp+tls", smtp.scheme == "smtps"
else:
    # A demonstration sends nothing: its mails are printed where `make run` was typed, and read at /courrier/.
    EMAIL_BACKEND = "mailing.printing.EmailBackend"
# What opens an account is erased from a mail that left; where none leaves, it is read nowhere else.
ERASE_SENT_SECRETS = bool(email_url)

# Security

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "chaudronneries.views.csrf_failure"
if PRODUCTION:
    # __Host- cookies are bound to this very host, over HTTPS, for the whole site.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS]
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PROXIES", 0 if LOCAL else 1)
# Where the server in front speaks from ("" is a Unix socket): what it says of a request is believed.
TRUSTED_PROXIES = [*env.words("FORWARDED_ALLOW_IPS", "127.0.0.1"), ""] if ALLAUTH_TRUSTED_PROXY_COUNT else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The back office has its own policy (middleware.py): nothing more is inline (chaudronneries/office/choosers.py), but
# Wagtail's editor shows files before they are sent, and the page being written in a frame.
BACK_OFFICE_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
# Its page editor alone writes a sheet in the page, other at each depth of a list: no hash could be told beforehand.
PAGE_EDITOR_CONTENT_SECURITY_POLICY = BACK_OFFICE_CONTENT_SECURITY_POLICY | {
    "style-src-elem": [SELF, "'unsafe-inline'"],
}

# Wagtail

WAGTAIL_SITE_NAME = "Les Chaudronneries"
# What the links of mails and calendars begin with.
WAGTAILADMIN_BASE_URL = env.text(
    "SITE_URL", "http://localhost:8000" if LOCAL else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_REQUIRED = False
WAGTAIL_I18N_ENABLED = False
# « La porte est soudée » is read at la-porte-est-soudee.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "français")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_IMAGE_MODEL = "residents.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "residents.forms.back_office.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
# The addresses of words are plain letters, as all the others.
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True
# French words whatever their accents: the configuration is made by a migration (residents 0006).
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "french_unaccented"},
}

# Logs: to standard output, one logger a module, ids and no names; one line a request, of its own.

LOG_REQUESTS = env.flag("LOG_REQUESTS", PRODUCTION)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "chaudronneries.logs.Line",
            "format": "%(asctime)s %(levelname)s [%(reference)s] %(name)s %(message)s",
        }
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "line"}},
    "root": {
        "handlers": ["stdout"],
        "level": env.one_of("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "WARNING"),
    },
    "loggers": {
        "chaudronneries.requests": {"level": "INFO" if LOG_REQUESTS else "WARNING"},
        # What was refused is told by the request's own line.
        "django.request": {"level": "ERROR" if LOG_REQUESTS else "NOTSET"},
        # It warns at each HEAD that Django leaves it to the server to keep the body back.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        # Refused in words, and nobody's fault here.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},
    },
}
PROCRASTINATE_WORKER_DEFAULTS = {"worker_middleware": [logs.name_job]}

if sentry_dsn := env.text("SENTRY_DSN", ""):
    reporting.start(sentry_dsn, environment=ENVIRONMENT, release=f"chaudronneries@{version('chaudronneries')}")
