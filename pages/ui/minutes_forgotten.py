"""Somebody who was at a meeting and stands on no list of it: put into its minutes before they are agreed."""

import streamlit as st

from core.operations import minutes, presences
from core.operations.minutes import View
from core.operations.presences import Presence
from pages.ui import held
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.workspace import Workspace


def show(ws: Workspace, view: View) -> None:
    """Somebody came instead of a colleague, and nobody gave them a seat at the table."""
    t, meeting = ws.words, view.meeting
    people = {person.id: person for person in ws.read(presences.candidates, meeting.id)}
    if not people:
        return
    draft = open_new(f"forgotten:{meeting.id}")
    with st.form(draft.key("form")):
        chosen = st.selectbox(
            t("minutes.forgotten_person"),
            list(people),
            index=None,
            format_func=distinct(people, lambda one: f"{people[one].name}, {people[one].service.name}"),
            key=draft.key("person"),
        )
        ws.slot("person")
        how = st.radio(
            t("minutes.took_part"),
            [each for each in Presence if each is not Presence.ABSENT],
            format_func=lambda each: t(f"presence.{each}"),
            horizontal=True,
            key=draft.key("how"),
        )
        now = (view.latest.number, len(view.struck))
        shown = held.send(t("minutes.add_person"), now, slot=f"forgotten:{meeting.id}")
    if shown is not None and ws.do(
        minutes.add_person,
        meeting.id,
        person_id=chosen,
        presence=how or Presence.IN_PERSON,
        number=shown[0],
        struck=shown[1],
    ):
        draft.close()
        st.toast(t("minutes.correction_saved"), icon=":material/edit_note:")
        st.rerun()
