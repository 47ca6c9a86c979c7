"""Definitions in the admin."""

from duco_cms.definitions.admin.dbc import DbcFileAdmin
from duco_cms.definitions.admin.messages import MessageAdmin, SignalGroupAdmin
from duco_cms.definitions.admin.sets import DefinitionSetAdmin, EnumAdmin
from duco_cms.definitions.admin.signals import SignalAdmin
from duco_cms.definitions.admin.written import ObjectDefinitionAdmin, RuleAdmin, SampleAdmin, SequenceAdmin

__all__ = [
    "DbcFileAdmin",
    "DefinitionSetAdmin",
    "EnumAdmin",
    "MessageAdmin",
    "ObjectDefinitionAdmin",
    "RuleAdmin",
    "SampleAdmin",
    "SequenceAdmin",
    "SignalAdmin",
    "SignalGroupAdmin",
]
