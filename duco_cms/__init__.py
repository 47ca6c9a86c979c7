"""The Django project and the CMS."""

from duco_cms.celery import app as celery_app

__all__ = ["celery_app"]
