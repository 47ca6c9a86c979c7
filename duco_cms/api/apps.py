from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "duco_cms.api"
    label = "meta_api"
    verbose_name = "Meta API"
