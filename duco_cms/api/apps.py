from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "duco_cms.api"
    label = "meta_api"
    verbose_name = "Meta API"

    def ready(self) -> None:
        from duco_cms.api import schema  # noqa: F401, PLC0415 - registers itself with drf-spectacular
