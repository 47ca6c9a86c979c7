from django.apps import AppConfig


class DefinitionsConfig(AppConfig):
    name = "duco_cms.definitions"
    verbose_name = "Definitions"
