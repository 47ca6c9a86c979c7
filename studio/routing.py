"""Websocket routes of Studio."""

from django.urls import URLPattern

websocket_urlpatterns: list[URLPattern] = []
