"""Signing in: one page for Studio and the admin, where django-axes counts what fails."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from rest_framework import status

PASSWORD_CHARACTERS = 4096


class SignInForm(AuthenticationForm):
    """Says when somebody has to wait, instead of that the password is wrong."""

    # Django's own form bounds what is typed in the browser only.
    username = UsernameField(max_length=User._meta.get_field("username").max_length)
    password = forms.CharField(strip=False, max_length=PASSWORD_CHARACTERS, widget=forms.PasswordInput)

    @property
    def locked_out(self) -> bool:
        return bool(getattr(self.request, "axes_locked_out", False))

    def get_invalid_login_error(self) -> ValidationError:
        if not self.locked_out:
            return super().get_invalid_login_error()
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
        return ValidationError(
            f"Too many failed attempts. You can sign in again {minutes} minutes after the last one.", code="locked_out"
        )


class SignInView(LoginView):
    """429 while a user name is locked for an address."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if isinstance(form, SignInForm) and form.locked_out:
            response.status_code = status.HTTP_429_TOO_MANY_REQUESTS
        return response


@never_cache
def admin_sign_in(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """In place of the admin's own sign-in page, which would be a second door to guard.

    403 for a user who is signed in and no staff: the sign-in page would send them back here for ever.
    """
    if request.user.is_authenticated and not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))
