"""What somebody typed at the table and the minutes do not hold: into a correction, into an addendum, or let go."""

from functools import partial
from typing import Any

import streamlit as st

from core.access import Permission
from core.operations import minutes, unsent
from core.operations.minutes import UnsentOwn, View
from pages.ui import minutes_changes
from pages.ui.draft import Draft, open_draft
from pages.ui.kept import settle
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, view: View) -> None:
    """Each of these texts of this person, and what they may do with it. Nothing goes anywhere before they save it."""
    t = ws.words
    for kept in view.unsent:
        slot = kept.slot.replace(":", "_")
        with st.container(border=True, key=f"unsent_{slot}"):
            place = t("minutes.unsent", title=plain(kept.title), entry=t(f"entry.{kept.entry}"))
            st.warning(place, icon=":material/edit_note:")
            st.markdown(plain(kept.text))
            with st.container(horizontal=True, key=f"unsent_acts_{slot}"):
                _put(ws, view, kept)
                st.button(
                    t("table.keep.theirs_alone"), key=f"drop:{kept.slot}", on_click=_drop, args=(ws, kept)
                )


def _put(ws: Workspace, view: View, kept: UnsentOwn) -> None:
    """Where they may correct that entry, or add to minutes that are agreed; what was put there is below, and far away."""
    t = ws.words
    if view.may_correct and minutes.may_word(ws.actor, view.meeting, kept.entry):
        name, where, act, field = (
            "into_correction",
            "correct",
            partial(_into_correction, view),
            _in_correction(view, kept),
        )
    elif view.is_locked and ws.may(Permission.RUN_MEETING):
        name, where, act, field = (
            "into_addendum",
            "addendum",
            partial(_into_addendum, ws, view),
            _in_addendum(view),
        )
    else:
        return
    if kept.text in str(st.session_state.get(field, "")):
        st.markdown(t("minutes.put_below", where=t(f"minutes.{where}")), width="content")
        return
    look: dict[str, Any] = {"key": f"put:{kept.slot}", "icon": ":material/edit_note:"}
    st.button(t(f"minutes.{name}"), on_click=act, args=(kept,), **look)


def is_correcting(view: View) -> bool:
    """Has somebody put a text of theirs into a correction? Nobody looks for it in a folded box."""
    return bool(st.session_state.get(_opened(view)))


def _opened(view: View) -> str:
    return f"minutes:correcting:{view.meeting.id}"


def _in_correction(view: View, kept: UnsentOwn) -> str:
    """The key of the field in which that entry is corrected."""
    return _draft(view, kept).key(kept.entry)


def _in_addendum(view: View) -> str:
    return minutes_changes.of_addendum(view).key("text")


def _draft(view: View, kept: UnsentOwn) -> Draft:
    return open_draft(minutes_changes.correction(view, kept.item_id), minutes_changes.ITEM)


def _into_correction(view: View, kept: UnsentOwn) -> None:
    """Below what the field holds; it is a correction once it is saved."""
    was = minutes_changes.opened_texts(view, _draft(view, kept), kept.item_id)[kept.entry]
    _below(_in_correction(view, kept), was, kept.text)
    st.session_state[minutes_changes.which_item(view)] = kept.item_id
    st.session_state[_opened(view)] = True


def _into_addendum(ws: Workspace, view: View, kept: UnsentOwn) -> None:
    t = ws.words
    said = t("minutes.addendum_of", title=kept.title, entry=t(f"entry.{kept.entry}"), text=kept.text)
    _below(_in_addendum(view), "", said)


def _below(key: str, was: str, text: str) -> None:
    settle(key, f"{st.session_state.get(key, was) or ''}\n\n{text}".strip())


def _drop(ws: Workspace, kept: UnsentOwn) -> None:
    ws.do(unsent.let_go, {kept.slot: [kept.text]})
