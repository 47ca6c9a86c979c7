"""Organisations, machine models and machines in the admin."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from duco_cms.counts import count_of
from duco_cms.fleet.models import Machine, MachineModel, Membership, ModelSetBinding, Organisation


class MemberInline(TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]
    verbose_name = "member"
    verbose_name_plural = "members"


class BindingInline(TabularInline):
    model = ModelSetBinding
    extra = 0
    autocomplete_fields = ["definition_set"]


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):
    list_display = ["name", "machines", "members"]
    search_fields = ["name"]
    inlines = [MemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        counts = {
            "machine_count": count_of(Machine.objects.all(), "organisation"),
            "member_count": count_of(Membership.objects.all(), "organisation"),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(ordering="machine_count")
    def machines(self, organisation: Organisation) -> int:
        return int(getattr(organisation, "machine_count", 0))

    @admin.display(ordering="member_count")
    def members(self, organisation: Organisation) -> int:
        return int(getattr(organisation, "member_count", 0))


@admin.register(MachineModel)
class MachineModelAdmin(ModelAdmin):
    list_display = ["name", "sets", "machine_count"]
    search_fields = ["name"]
    inlines = [BindingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MachineModel]:
        models = super().get_queryset(request).annotate(machine_total=Count("machines"))
        return models.prefetch_related("bindings__definition_set")

    @admin.display(description="definition sets")
    def sets(self, model: MachineModel) -> str:
        return ", ".join(str(binding) for binding in model.bindings.all()) or "none"

    @admin.display(description="machines", ordering="machine_total")
    def machine_count(self, model: MachineModel) -> int:
        return int(getattr(model, "machine_total", 0))


@admin.register(Machine)
class MachineAdmin(ModelAdmin):
    list_display = ["name", "number", "device", "model", "organisation", "active", "silent_since"]
    list_display_links = ["name", "number"]
    list_filter = [
        ("organisation", AutocompleteSelectFilter),
        ("model", AutocompleteSelectFilter),
        "active",
        ("silent_since", admin.EmptyFieldListFilter),
    ]
    list_filter_submit = True
    list_select_related = ["model", "organisation"]
    search_fields = ["name", "device", "=number"]
    autocomplete_fields = ["model", "organisation"]
    fields = ["name", "device", "model", "organisation", "active", "attributes", "number", "silent_since"]
    readonly_fields = ["number", "silent_since"]

    def has_delete_permission(self, request: HttpRequest, obj: Machine | None = None) -> bool:  # noqa: ARG002
        """A machine's number is in all of its data. It is set to not active; it does not go."""
        return False
