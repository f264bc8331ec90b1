"""One agenda item in large type: what it asks, what belongs to it, its entries, and a new action in place."""

import streamlit as st

from core.access import Permission
from core.operations.phases import Link
from core.operations.sittings import AgendaItem, Sitting
from pages.ui import (
    change_agreed,
    closing,
    keeper,
    last_actions,
    new_action,
    picture_view,
    risk_at_table,
    seats,
    writing,
)
from pages.ui.keeper import Rescued
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: Items of the content that bring more to the screen than their entries.
_PANELS = {
    "room_check": seats.rooms,
    "opening": seats.attendance,
    "purpose": seats.declaration,
    "last_actions": last_actions.show,
    "change": change_agreed.show,
    "risk": risk_at_table.show,
}
_PLAN = {"action_plan", "three_actions", "plan_for_after"}
#: Items that look back over the case.
_LOOKS_BACK = {"risk", "episodes", "change"}
#: Where the outcome of an item of Phase 1 is written down.
_OF_CASE = {"risk": "risk", "episodes": "recidivism"}
_WAYS = {"training": "training", "shared_words": "glossary", "towards_agreement": "phase_1"}


def show(ws: Workspace, sitting: Sitting, item: AgendaItem) -> None:
    """The item that is on the table."""
    t = ws.words
    carried = t("table.carried") if item.carried_from is not None else ""
    st.title(plain(item.title), anchor=False)
    st.caption(" · ".join(filter(None, (_help(sitting, item), carried))))
    with st.container(key="item_brings"):  # what others add here must not move the fields below
        if item.key in _PANELS:
            _PANELS[item.key](ws, sitting)
        if item.key in _LOOKS_BACK:
            picture_view.at_table(ws, sitting)
        if item.key in _PLAN:
            new_action.listed(ws, sitting)
        if ws.shared is None:  # from the shared screen nothing leads anywhere
            _way(ws, sitting, item)
    writing.fields(ws, sitting, item, is_alone=item.key not in _PANELS and item.key not in _PLAN)
    if ws.may(Permission.WRITE_PLAN) and sitting.has_plan:
        new_action.restore(ws, sitting.meeting)
        is_open = item.key in _PLAN or new_action.is_open(sitting.meeting, item.id)
        with st.expander(t("table.add_action"), icon=":material/add_task:", expanded=is_open):
            new_action.add(ws, sitting.meeting)
    elif ws.may(Permission.WRITE_PLAN):
        new_action.later(ws, sitting)
    if item.position == len(sitting.meeting.items) - 1:
        closing.show(ws, sitting)


def _way(ws: Workspace, sitting: Sitting, item: AgendaItem) -> None:
    """The page on which the item is worked on."""
    if item.key in _WAYS:
        there = Link(_WAYS[item.key], {"cooperation": str(sitting.meeting.cooperation_id)})
    elif item.key in _OF_CASE and sitting.meeting.case_id is not None:
        there = Link(_OF_CASE[item.key], {"case": str(sitting.meeting.case_id)})
    else:
        return
    link_to(there, ws.words(f"table.way.{item.key}"), icon=":material/arrow_forward:")


def rescued(ws: Workspace, found: Rescued) -> None:
    """Letters that a field of this page lost on its way to us."""
    if found.key.startswith(f"{keeper.MARK}action_"):
        new_action.kept(ws, found.key, found.text)
    else:
        writing.rescued(ws, found)


def _help(sitting: Sitting, item: AgendaItem) -> str:
    try:
        return sitting.kinds.item(item.key).help
    except KeyError:
        return ""
