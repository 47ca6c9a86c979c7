"""Routes of the Meta API, under /meta/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from duco_cms.api.texts import CheckView, SetListView, SetTextView
from duco_cms.api.views import ChannelReleaseView, DirectoryView, ReleaseListView, ReleaseView

urlpatterns = [
    path("channels/<slug:channel>/release", ChannelReleaseView.as_view(), name="meta-channel-release"),
    path("releases/", ReleaseListView.as_view(), name="meta-releases"),
    path("releases/<int:number>", ReleaseView.as_view(), name="meta-release"),
    path("fleet/directory", DirectoryView.as_view(), name="meta-directory"),
    path("sets/", SetListView.as_view(), name="meta-sets"),
    path("sets/<int:number>/text", SetTextView.as_view(), name="meta-set-text"),
    path("check", CheckView.as_view(), name="meta-check"),
    path("schema", SpectacularAPIView.as_view(), name="meta-schema"),
    # Split: its script is a file, as the content security policy asks.
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="meta-schema"), name="meta-docs"),
]
