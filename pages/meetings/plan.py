"""Planning a meeting: what it is about, its kind, when and where, and who comes."""

import streamlit as st

from core.operations import joint_spaces, meeting_frames, meetings, next_meetings, preparations
from pages.ui import case_head, joint_space, meeting_forms
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
case_id, cooperation_id = ws.chosen_or_none("case"), ws.chosen_or_none("cooperation")

if case_id is None and cooperation_id is None:
    st.title(t("page.plan_meeting"))
    meeting_forms.choose_occasion(ws)
    st.stop()

if case_id is not None:
    occasion = ws.read(preparations.for_case, case_id)
else:
    occasion = ws.read(preparations.for_cooperation, ws.chosen("cooperation"))
if occasion.case is not None:
    case_head.show(ws, occasion.case.id, "plan_meeting")
    st.header(t("page.plan_meeting"))
else:
    st.title(t("page.plan_meeting"))
    st.markdown(t("plan_meeting.about", about=plain(occasion.services)))
if occasion.case is not None and not occasion.case.is_paired:
    st.info(t("error.meeting.not_paired"))
    st.stop()
space = ws.read(joint_spaces.of_case, occasion.case.id) if occasion.case is not None else None
# What would be refused at the last click is said before the first.
if space is not None and not joint_space.show(ws, space) and not next_meetings.kinds(space):
    st.stop()

draft = open_new(f"meeting:{case_id or cooperation_id}")
kind = meeting_forms.choose_kind(ws, occasion, draft, space)
form = Kept(ws, f"plan_meeting:{case_id or cooperation_id}:{kind.id}", case_id)
with st.form("plan", border=False):
    given = meeting_forms.new_meeting(ws, form, occasion, draft, kind)
    # The question stands above the buttons: below them nobody would see it.
    is_past, asked = meeting_frames.is_past(given.planned_at), draft.key("past")
    asked_about = st.session_state.get(asked)
    if is_past and asked_about is not None:
        st.warning(t("plan_meeting.past", at=t.moment(given.planned_at)), icon=":material/history:")
    with st.container(horizontal=True):
        # It stays in its place: a second click on it does not answer the question that the first one brought.
        save = st.form_submit_button(
            t("plan_meeting.save"),
            type="primary" if asked_about is None or not is_past else "secondary",
            key=draft.key("save"),
        )
        place = st.empty()
        is_sure = asked_about is not None and place.form_submit_button(
            t("plan_meeting.past_sure"), type="primary", key=draft.key("sure")
        )

# One answer is for one day: for another day it is asked anew.
if is_past and (save or (is_sure and asked_about != given.planned_at)):
    st.session_state[asked] = given.planned_at
    st.rerun()

if not is_past:
    # Whoever has corrected the day is asked nothing any more, even where another field is refused.
    st.session_state.pop(asked, None)
    place.empty()

if save or is_sure:
    made = ws.make(
        meetings.plan,
        kind=kind.id,
        case_id=occasion.case.id if occasion.case else None,
        cooperation_id=None if occasion.case else occasion.cooperation_id,
        planned_at=given.planned_at,
        duration=given.duration,
        is_remote=given.is_remote,
        place=given.place,
        link=given.link,
        bring=given.bring,
        chair_id=given.chair_id,
        minute_taker_id=given.minute_taker_id,
        people=given.people,
    )
    if made is not None:
        form.close(draft)
        st.switch_page(page_file("meeting"), query_params={"meeting": str(made.id)})
