from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "duco_cms.publication"
    verbose_name = "Publication"
