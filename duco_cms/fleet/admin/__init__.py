"""The fleet and its users in the admin."""

from duco_cms.fleet.admin.fleet import MachineAdmin, MachineModelAdmin, OrganisationAdmin
from duco_cms.fleet.admin.users import GroupAdmin, UserAdmin

__all__ = ["GroupAdmin", "MachineAdmin", "MachineModelAdmin", "OrganisationAdmin", "UserAdmin"]
