from django.apps import AppConfig


class DefinitionsConfig(AppConfig):
    name = "duco_cms.definitions"
    verbose_name = "Definitions"

    def ready(self) -> None:
        from duco_cms.definitions.audited import follow_edits  # noqa: PLC0415 - needs the loaded models

        follow_edits()
