from django.apps import AppConfig


class UnmodelledConfig(AppConfig):
    name = "duco_cms.unmodelled"
    verbose_name = "Unmodelled"
