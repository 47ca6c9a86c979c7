"""Django settings; every value that differs between deployments comes from environment.py."""

from datetime import timedelta

import dj_database_url

from duco_cms.environment import BASE_DIR, read_environment
from duco_cms.headers import STRICT
from duco_cms.logs import configure_logs

ENV = read_environment()
configure_logs()

SECRET_KEY = ENV.duco_secret_key.get_secret_value()
DEBUG = ENV.duco_debug
ALLOWED_HOSTS = [h.strip() for h in ENV.duco_allowed_hosts.split(",") if h.strip()]
ROOT_URLCONF = "duco_cms.urls"
ASGI_APPLICATION = "duco_cms.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["duco_cms.formats"]
USE_I18N = False

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "axes",
    "duco_cms.audit",
    "duco_cms.fleet",
    "duco_cms.definitions",
    "duco_cms.publication",
    "duco_cms.jobs",
    "duco_cms.unmodelled",
    "duco_cms.api",
    "ingest",
    "distribution",
    "studio",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "duco_cms.headers.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "duco_cms.audit.acting.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

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
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(ENV.database_url.get_secret_value(), conn_max_age=60, conn_health_checks=True)
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/admin/" if ENV.duco_role == "meta" else "/"

# Five failures lock a user name for the address they came from, and for no other: nobody can lock somebody else out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Who waits is not made to wait longer by trying.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
# The sign-in form says it (duco_cms/sign_in.py); the middleware would answer with a page of its own.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

STATIC_URL = "/static/"
STATIC_ROOT = ENV.duco_var / "static"

# HTTPS everywhere but on loopback.
SECURE_SSL_REDIRECT = ENV.duco_https
SESSION_COOKIE_SECURE = ENV.duco_https
CSRF_COOKIE_SECURE = ENV.duco_https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.duco_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.duco_https
SECURE_HSTS_PRELOAD = ENV.duco_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.duco_https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First the one with a WWW-Authenticate header: an anonymous caller gets 401, not 403.
        "duco_cms.api.authentication.OnBehalfAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["duco_cms.api.parsers.BoundedJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "duco_cms.api.problems.problem_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DUCO",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/(meta|data)/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "duco_cms.api.schema.with_problems",
    ],
    # Two models have a field `state`.
    "ENUM_NAME_OVERRIDES": {
        "SubmissionState": "duco_cms.publication.models.submission.State",
        "RolloutState": "duco_cms.publication.models.rollout.State",
        "JobKind": "duco_cms.jobs.models.job.Kind",
        "JobState": "duco_cms.jobs.models.job.State",
        "IgnoredKind": "duco_cms.unmodelled.models.Kind",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}
# The Data API asks this function which machines a user may see; it knows no CMS models itself.
MACHINE_ACCESS = "duco_cms.fleet.access.machines_visible_to"
# Studio signs "on behalf of user N" with this salt; the APIs accept it for 60 seconds.
ON_BEHALF_SALT = "duco.on-behalf"

REALTIME_REDIS_URL = ENV.realtime_redis_url.get_secret_value()
SNAPSHOT_REDIS_URL = ENV.snapshot_redis_url.get_secret_value() or REALTIME_REDIS_URL
REDIS_PREFIX = ENV.redis_prefix
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REALTIME_REDIS_URL], "prefix": f"{REDIS_PREFIX}layer"},
    },
}

CELERY_BROKER_URL = ENV.celery_broker_url.get_secret_value() or REALTIME_REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"{REDIS_PREFIX}celery:"}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "duco"
# Long work has workers of its own: the guard and the rest are to be done in time.
CELERY_TASK_ROUTES = {"distribution.jobs": {"queue": "duco.jobs"}}
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = TIME_ZONE
# `expires`: what waited behind a dead worker for longer than its turn is done by the next turn.
CELERY_BEAT_SCHEDULE = {
    "silence": {"task": "fleet.silence", "schedule": 30.0, "options": {"expires": 30}},
    "catalogue": {"task": "distribution.catalogue", "schedule": 60.0, "options": {"expires": 60}},
    "guard": {"task": "distribution.guard", "schedule": 5.0, "options": {"expires": 5}},
    "jobs": {"task": "distribution.jobs", "schedule": 10.0, "options": {"expires": 10}},
    "retention": {"task": "distribution.retention", "schedule": 86_400.0, "options": {"expires": 86_400}},
    "sessions": {"task": "fleet.clear_sessions", "schedule": 86_400.0, "options": {"expires": 86_400}},
}

# What workers and pages ask for by these names.
DUCO_ROLE = ENV.duco_role
FOUR_EYES = ENV.duco_four_eyes
DUCO_VOLATILE_BROKER = ENV.duco_volatile_broker
VAR_DIR = ENV.duco_var
KAFKA_BOOTSTRAP_SERVERS = ENV.kafka_bootstrap_servers
KAFKA_TOPIC_PREFIX = ENV.kafka_topic_prefix
KAFKA_PARTITIONS = ENV.kafka_partitions
IOTHUB_EVENTS_CONNECTION_STRING = ENV.iothub_events_connection_string.get_secret_value()
META_API_URL = ENV.meta_api_url
META_API_TOKEN = ENV.meta_api_token.get_secret_value()
META_POLL_SECONDS = ENV.meta_poll_seconds
DATA_API_URL = ENV.data_api_url
# Web servers close what was idle for 5 s, and a question that is on its way then gets no answer.
HTTP_KEEP_ALIVE_SECONDS = 2.0
STUDIO_DATA_SOURCE = ENV.studio_data_source
WORKER_NAME = ENV.worker_name
KILL_AT = ENV.duco_kill_at
RAW_RETENTION_DAYS = ENV.raw_retention_days
SILENCE_SECONDS = ENV.silence_seconds
CLICKHOUSE_URL = ENV.clickhouse_url.get_secret_value()
CLICKHOUSE_DATABASE_PREFIX = ENV.clickhouse_database_prefix

UNFOLD = {
    "SITE_TITLE": "DUCO",
    "SITE_HEADER": "DUCO",
    "SITE_SUBHEADER": "Definitions and fleet",
    "SITE_SYMBOL": "precision_manufacturing",
    "SITE_URL": "/" if ENV.duco_role == "all" else None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}studio/icon.svg"}],
    "SHOW_HISTORY": True,
    # Studio's accent (frontend/src/styles/tokens.css), so that both look like one product.
    "COLORS": {
        "primary": {
            "50": "#eef3ff",
            "100": "#dbe5ff",
            "200": "#bdd0ff",
            "300": "#a3bfff",
            "400": "#86abff",
            "500": "#3f72e6",
            "600": "#1f55cf",
            "700": "#1a48b0",
            "800": "#173d91",
            "900": "#153574",
            "950": "#0e2250",
        },
    },
    "SIDEBAR": {"navigation": "duco_cms.definitions.admin.navigation.navigation"},
    "ENVIRONMENT": ["This broker forgets and drops data", "danger"] if ENV.duco_volatile_broker else None,
}
