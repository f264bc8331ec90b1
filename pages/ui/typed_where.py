"""On which page a text stands that was typed and not sent: whoever finds it elsewhere knows where it belongs."""

from typing import Final

from core.locale import Words
from pages.ui import keeper

#: By page, how the places of its texts begin.
_PLACES: Final = {
    "agreement": ("terminate",),
    "answers": ("answers_how",),
    "change": ("change",),
    "closing": ("closing", "closing_step", "closing_text"),
    "consent": ("consent", "told"),
    "contact": ("contact_use", "expectations"),
    "cooperation": ("repeat",),
    "digital": ("digital", "digital_share", "evidence", "medium", "safety_action", "safety_plan"),
    "draft": ("answers", "clause", "leave_out", "own_clause"),
    "file": ("person",),
    "first_pass": ("first_pass", "hand_in", "her_view"),
    "frame": ("frame",),
    "glossary": ("term",),
    "meeting": ("item", "meeting_details", "meeting_off", "meeting_time", "new_item"),
    "minutes": ("addendum", "correction", "minutes_head"),
    "must_not_receive": ("register",),
    "note": ("note",),
    "notices": ("notice", "notice_answer", "notice_call", "notice_talk"),
    "phase": ("enter", "mark"),
    "phase_1": ("point", "proposal"),
    "plan": ("action", "action_state"),
    "plan_meeting": ("plan_meeting",),
    "protocol": ("protocol",),
    "recidivism": ("episode", "episode_release", "episode_remove"),
    "risk": ("outside_result", "risk_action", "risk_level", "risk_note"),
    "share": ("share",),
    "table": ("agenda_item", "outcome", "seat", "table_point"),
    "talk": ("talk",),
    "timeline": ("path", "path_release", "path_remove", "reentry", "t_move"),
}
#: Those of a new action at the table, which are named after their field.
_AT_TABLE: Final = f"{keeper.MARK}action_"
_FIELDS: Final = {"need": "need", "text": "action"}
PAGE_OF: Final = {place: page for page, places in _PLACES.items() for place in places}


def page(t: Words, slot: str) -> str:
    """The name of the page; empty where none is known."""
    key = "table" if slot.startswith(_AT_TABLE) else PAGE_OF.get(slot.partition(":")[0])
    return t(f"page.{key}") if key else ""


def field(t: Words, slot: str) -> str:
    """The field of a new action at the table, whose two texts stand apart; empty elsewhere, where a form is one place."""
    name = slot.rpartition("_")[2] if slot.startswith(_AT_TABLE) else ""
    return t(f"table.{_FIELDS[name]}") if name in _FIELDS else ""
