"""Studio's pages, and the few reads of the Data API that its pages need."""

from django.urls import path

from studio.views import pages, proxy

urlpatterns = [
    path("", pages.machine_list, name="machines"),
    path("machines/<int:machine>/", pages.machine_detail, name="machine"),
    path("machines/<int:machine>/explain", pages.machine_explain, name="machine-explain"),
    path("studio/api/machines/", proxy.machines, name="studio-machines"),
    path("studio/api/machines/<int:machine>/", proxy.machine, name="studio-machine"),
    path("studio/api/machines/<int:machine>/signals/", proxy.signals, name="studio-signals"),
    # `path`: names of messages and signals may hold any character.
    path("studio/api/machines/<int:machine>/signals/<path:signal>", proxy.history, name="studio-history"),
    path("studio/api/machines/<int:machine>/snapshot", proxy.snapshot, name="studio-snapshot"),
    path("studio/api/machines/<int:machine>/positions", proxy.positions, name="studio-positions"),
    path("studio/api/machines/<int:machine>/findings", proxy.findings, name="studio-findings"),
    path("studio/api/machines/<int:machine>/dtcs", proxy.dtcs, name="studio-dtcs"),
    path("studio/api/machines/<int:machine>/events", proxy.events, name="studio-events"),
    path("studio/api/machines/<int:machine>/logs", proxy.logs, name="studio-logs"),
    path("studio/api/machines/<int:machine>/explain", proxy.explain, name="studio-explain"),
]
