"""Celery's application: commands of the background, each in the `tasks` module of the package it belongs to."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duco_cms.settings")

app = Celery("duco")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
