"""A message as its page has it, saved or not, in the place of the stored row."""

from duco_cms.definitions.message_draft import Draft
from duco_cms.definitions.message_text import message_row
from duco_cms.definitions.models.messages import SLOT_MAXIMUM
from duco_cms.definitions.stored import Row


def edited_row(draft: Draft) -> Row:
    """New signals have slots that the next ones would get."""
    row = message_row(draft.message, draft.signals)
    for group in row["groups"]:
        following = group["next_slot"]
        for signal in group["signals"]:
            if signal["slot"] > SLOT_MAXIMUM:
                signal["slot"] = following
                following += 1
    return row
