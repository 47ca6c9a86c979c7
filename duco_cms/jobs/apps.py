from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "duco_cms.jobs"
    verbose_name = "Jobs"
