from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ApiConfig(AppConfig):
    name = "duco_cms.api"
    label = "meta_api"
    verbose_name = "Meta API"

    def ready(self) -> None:
        from duco_cms.api import schema  # noqa: F401, PLC0415 - registers itself with drf-spectacular
        from duco_cms.roles import make_roles  # noqa: PLC0415 - needs the loaded models

        # The last of the CMS's apps, so that the others' permissions are there.
        post_migrate.connect(make_roles, sender=self)
