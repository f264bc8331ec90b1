"""What may be done to minutes: correct them before they are agreed, add to them after."""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from core.content.meeting_kinds import Entry
from core.operations import minutes, unsent
from core.operations.minutes import View
from core.operations.presences import Presence
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Correction:
    """A part of the minutes as somebody opened it: the version is that of the minutes."""

    id: UUID
    version: int


def own_texts(ws: Workspace, view: View) -> None:
    """What this person typed at the table and the minutes do not hold."""
    t = ws.words
    for kept in view.unsent:
        with st.container(border=True, key=f"unsent_{kept.slot.replace(':', '_')}"):
            place = t("minutes.unsent", title=plain(kept.title), entry=t(f"entry.{kept.entry}"))
            st.warning(place, icon=":material/edit_note:")
            st.markdown(plain(kept.text))
            st.button(
                t("table.keep.theirs_alone"), key=f"drop:{kept.slot}", on_click=_drop, args=(ws, kept.slot)
            )


def _drop(ws: Workspace, slot: str) -> None:
    ws.do(unsent.drop, slot)


def item(ws: Workspace, view: View) -> None:
    """Correct what stands under an item."""
    t = ws.words
    items = {each.item_id: each for each in view.latest.content.items}
    chosen = st.selectbox(
        t("minutes.which_item"),
        list(items),
        format_func=lambda item_id: items[item_id].title,
        key=f"correct:{view.meeting.id}",
    )
    draft = open_draft(Correction(chosen, view.latest.number))
    form = Kept(ws, f"correction:{chosen}", view.meeting.case_id)
    with st.form(draft.key("form")):
        typed: dict[Entry, str] = {}
        for name, text in items[chosen].texts.items():
            typed[Entry(name)] = form.area(name, t(f"entry.{name}"), value=text, key=draft.key(name))
            ws.slot(name)
        save = st.form_submit_button(t("minutes.save_correction"), type="primary")
    if save and ws.do(minutes.correct, view.meeting.id, item_id=chosen, texts_of=typed, number=draft.version):
        _saved(ws, form, draft)
    if draft.version != view.latest.number:
        st.info(t("table.theirs"), icon=":material/group:")
        for name, text in items[chosen].texts.items():
            if text:
                st.markdown(f"*{t(f'entry.{name}')}*  \n{plain(text)}")
        st.button(t("minutes.take_theirs"), on_click=form.close, args=(draft,), key=draft.key("theirs"))


def presence(ws: Workspace, view: View) -> None:
    """Correct who was there; it may turn a consultation note into minutes, or minutes into a note."""
    t = ws.words
    people = {each.attendance_id: each for each in view.latest.content.people}
    chosen = st.selectbox(
        t("minutes.which_person"),
        list(people),
        format_func=lambda seat_id: f"{people[seat_id].name}, {people[seat_id].service}",
        key=f"seat:{view.meeting.id}",
    )
    draft = open_draft(Correction(chosen, view.latest.number))
    form = Kept(ws, f"correction:{chosen}", view.meeting.case_id)
    with st.form(draft.key("form")):
        how = st.radio(
            t("minutes.took_part"),
            list(Presence),
            index=list(Presence).index(people[chosen].presence),
            format_func=lambda each: t(f"presence.{each}"),
            horizontal=True,
            key=draft.key("how"),
        )
        apology = form.area(
            "apology", t("minutes.apology"), value=people[chosen].apology, key=draft.key("apology")
        )
        ws.slot("apology")
        save = st.form_submit_button(t("minutes.save_correction"), type="primary")
    if save and ws.do(
        minutes.correct_presence,
        view.meeting.id,
        attendance_id=chosen,
        presence=how or people[chosen].presence,
        apology=apology,
        number=draft.version,
    ):
        _saved(ws, form, draft)
    if draft.version != view.latest.number:
        st.button(t("minutes.take_theirs"), on_click=form.close, args=(draft,), key=draft.key("theirs"))


def _saved(ws: Workspace, form: Kept, draft: Draft) -> None:
    form.close(draft)
    st.toast(ws.words("minutes.correction_saved"), icon=":material/edit_note:")
    st.rerun()


def addendum(ws: Workspace, view: View) -> None:
    """A later remark to locked minutes."""
    t = ws.words
    draft = open_new(f"addendum:{view.meeting.id}")
    form = Kept(ws, f"addendum:{view.meeting.id}", view.meeting.case_id)
    with st.form(draft.key("form")):
        text = form.area(
            "text", t("minutes.addendum"), key=draft.key("text"), help=t("minutes.addendum_help")
        )
        ws.slot("text")
        add = st.form_submit_button(t("minutes.add_addendum"))
    if add and ws.do(minutes.add_addendum, view.meeting.id, text=text):
        form.close(draft)
        st.toast(t("minutes.addendum_added"), icon=":material/post_add:")
        st.rerun()
