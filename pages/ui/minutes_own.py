"""What somebody typed at the table and the minutes do not hold: into a correction, into an addendum, or let go."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core import text
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
    """Where they may correct that entry, or add to minutes that are agreed."""
    if view.may_correct and minutes.may_word(ws.actor, view.meeting, kept.entry):
        _offer(ws, kept, "correct", _in_correction(view, kept), partial(_into_correction, view))
    elif view.is_locked and ws.may(Permission.RUN_MEETING):
        _offer(ws, kept, "addendum", _in_addendum(view), partial(_into_addendum, ws, view))


def _offer(ws: Workspace, kept: UnsentOwn, where: str, field: str, put: Callable[[UnsentOwn], None]) -> None:
    """Put it there, or say that it stands there: far below, where nobody sees it come."""
    t = ws.words
    if text.holds(str(st.session_state.get(field) or ""), kept.text):
        st.markdown(t("minutes.put_below", where=t(f"minutes.{where}")), width="content")
        return
    name, icon = t(f"minutes.into_{where}"), ":material/edit_note:"
    st.button(name, icon=icon, key=f"put:{kept.slot}", on_click=put, args=(kept,))


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


def _below(key: str, was: str, said: str) -> None:
    settle(key, f"{st.session_state.get(key, was) or ''}\n\n{said}".strip())


def _drop(ws: Workspace, kept: UnsentOwn) -> None:
    ws.do(unsent.let_go, {kept.slot: [kept.text]})
