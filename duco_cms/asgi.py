"""HTTP and websockets of a web process: `uvicorn duco_cms.asgi:application`."""

import gc
import os
from importlib import import_module

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duco_cms.settings")

# First: it loads the apps, and the consumers that the routing names import models.
http_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from duco_cms.body_limit import BodyLimit  # noqa: E402
from duco_cms.definitions.models.dbc import DBC_BYTES_MAXIMUM  # noqa: E402
from studio.routing import websocket_urlpatterns  # noqa: E402

# The largest that anybody sends is a DBC file in a form.
BODY_BYTES_MAXIMUM = DBC_BYTES_MAXIMUM + 2**20
# Those who serve no pages have no sockets to attack either.
sockets = websocket_urlpatterns if settings.DUCO_ROLE in {"all", "studio"} else []

# What is loaded now stays: a collection that looks through all of it takes a quarter of a second, of some request's.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(http_application, BODY_BYTES_MAXIMUM),
        # A page of another origin must not ride on a user's session cookie.
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(sockets))),
    },
)
