"""Routes of the Data API, under /data/v1/."""

from django.urls import path

from distribution.api.activity import ActivityView
from distribution.api.explain import ExplainView
from distribution.api.findings import FindingsView, MachineFindingsView
from distribution.api.frames import FramesView
from distribution.api.records import (
    BusFaultsView,
    DtcListsView,
    DtcsView,
    EventsView,
    LogsView,
    PositionsView,
    SourcesView,
    TransportMessagesView,
    UnmodelledView,
)
from distribution.api.unmodelled import FleetUnmodelledView
from distribution.api.views import HistoryView, MachinesView, MachineView, SignalsView, SnapshotView

urlpatterns = [
    path("machines/", MachinesView.as_view(), name="data-machines"),
    path("machines/<int:machine>/", MachineView.as_view(), name="data-machine"),
    path("machines/<int:machine>/signals/", SignalsView.as_view(), name="data-signals"),
    # `path`: names of messages and signals may hold any character.
    path("machines/<int:machine>/signals/<path:name>", HistoryView.as_view(), name="data-history"),
    path("machines/<int:machine>/snapshot", SnapshotView.as_view(), name="data-snapshot"),
    path("machines/<int:machine>/positions", PositionsView.as_view(), name="data-positions"),
    path("machines/<int:machine>/dtcs", DtcsView.as_view(), name="data-dtcs"),
    path("machines/<int:machine>/dtc-lists", DtcListsView.as_view(), name="data-dtc-lists"),
    path("machines/<int:machine>/transport-messages", TransportMessagesView.as_view(), name="data-transport-messages"),
    path("machines/<int:machine>/sources", SourcesView.as_view(), name="data-sources"),
    path("machines/<int:machine>/bus-faults", BusFaultsView.as_view(), name="data-bus-faults"),
    path("machines/<int:machine>/logs", LogsView.as_view(), name="data-logs"),
    path("machines/<int:machine>/events", EventsView.as_view(), name="data-events"),
    path("machines/<int:machine>/findings", MachineFindingsView.as_view(), name="data-machine-findings"),
    path("machines/<int:machine>/frames", FramesView.as_view(), name="data-frames"),
    path("machines/<int:machine>/explain", ExplainView.as_view(), name="data-explain"),
    path("machines/<int:machine>/unmodelled", UnmodelledView.as_view(), name="data-unmodelled"),
    path("findings", FindingsView.as_view(), name="data-findings"),
    path("unmodelled", FleetUnmodelledView.as_view(), name="data-fleet-unmodelled"),
    path("unmodelled/activity", ActivityView.as_view(), name="data-unmodelled-activity"),
]
