from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "duco_cms.audit"
    verbose_name = "Audit"
