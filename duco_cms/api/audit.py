"""The audit by the Meta API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.paging import NewestFirst
from duco_cms.api.requests import valid_fields
from duco_cms.api.views import MetaView
from duco_cms.audit.models import Action, Entry

SUBJECT_CHARACTERS = 500


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """One thing that was done."""

    machines = serializers.ListField(child=serializers.IntegerField())
    changes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Entry
        fields = ["id", "at", "actor", "action", "subject", "reason", "release", "machines", "changes"]


class AuditFilter(serializers.Serializer[None]):
    """What is given must hold; times are RFC 3339, `until` is not included."""

    action = serializers.ChoiceField(choices=Action.choices, required=False)
    actor = serializers.CharField(max_length=150, required=False)
    release = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    since = serializers.DateTimeField(required=False, source="at__gte")
    until = serializers.DateTimeField(required=False, source="at__lt")
    subject = serializers.CharField(
        max_length=SUBJECT_CHARACTERS, required=False, source="subject__icontains", help_text="A part of it."
    )


class AuditView(MetaView, ListAPIView[Entry]):
    """Who did what, when and why; newest first."""

    wanted = {"GET": "audit.view_entry"}
    known = frozenset({"cursor", "action", "actor", "release", "since", "until", "subject"})
    serializer_class = EntrySerializer
    pagination_class = NewestFirst
    queryset = Entry.objects.all()

    @extend_schema(parameters=[AuditFilter], operation_id="audit")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.queryset = Entry.objects.filter(**valid_fields(AuditFilter(data=request.query_params)))
        return super().get(request, *args, **kwargs)
