from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "duco_cms.fleet"
    verbose_name = "Fleet"

    def ready(self) -> None:
        from duco_cms.fleet import signals  # noqa: F401, PLC0415 - receivers need the loaded models
