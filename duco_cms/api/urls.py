"""Routes of the Meta API, under /meta/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("schema", SpectacularAPIView.as_view(), name="meta-schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="meta-schema"), name="meta-docs"),
]
