"""Routes by role: a process that serves only the Data API has no admin to attack."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from duco_cms.sign_in import SignInView, admin_sign_in

Routes = list[URLPattern | URLResolver]

SIGN_IN: Routes = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="sign-in"), name="sign-out"),
]
META: Routes = [
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
    path("meta/v1/", include("duco_cms.api.urls")),
]
DATA: Routes = [path("data/v1/", include("distribution.api.urls"))]
STUDIO: Routes = [path("", include("studio.urls"))]

ROUTES: dict[str, Routes] = {
    "all": [*SIGN_IN, *META, *DATA, *STUDIO],
    "meta": [*SIGN_IN, *META],
    "data": DATA,
    "studio": [*SIGN_IN, *STUDIO],
}

urlpatterns = ROUTES[settings.DUCO_ROLE]
handler404 = "duco_cms.api.problems.not_found"
