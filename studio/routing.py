"""Studio's websocket routes; `duco_cms.asgi` puts sign-in and the check of the origin around them."""

from django.urls import path

from studio.live.consumer import LiveConsumer

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
