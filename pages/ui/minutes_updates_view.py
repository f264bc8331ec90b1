"""Before minutes are locked: take over what plan and calendar say now, and correct chair and place."""

from uuid import UUID

import streamlit as st

from core.operations import minutes_contents, minutes_documents, minutes_updates
from core.operations.minutes import View
from core.operations.minutes_updates import Offer, Planned
from pages.ui import minutes_text
from pages.ui.choices import distinct
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.minutes_changes import correction, follow_strikes, seen
from pages.ui.workspace import Workspace


def plan(ws: Workspace, view: View) -> None:
    """What differs, before and after; then the click that takes over what is ticked."""
    t, content = ws.words, view.latest.content
    offer = ws.read(minutes_updates.offered, view.meeting.id)
    st.caption(t("minutes.take_over_help"))
    next_at = offer.content.next_meeting_at
    is_moved = next_at is not None and next_at != content.next_meeting_at
    if not offer.actions and not is_moved:
        st.markdown(t("minutes.take_over_nothing"))
        return
    known = {one.action_id: one for one in (*content.last_actions, *content.new_actions)}
    # The keys hold what was offered: what changed since, and was not looked at, is not taken over.
    chosen = [one.action_id for one in offer.actions if _is_chosen(ws, offer, known.get(one.action_id), one)]
    if is_moved and next_at is not None:
        st.markdown(t("minutes.take_over_next", at=t.moment(next_at)))
    if st.button(t("minutes.take_over_button"), type="primary", key=f"take_over:{offer.digest}") and ws.do(
        minutes_updates.take_over,
        view.meeting.id,
        actions=chosen,
        seen=offer.digest,
        number=view.latest.number,
        struck=len(view.struck),
    ):
        st.toast(t("minutes.correction_saved"), icon=":material/edit_note:")
        st.rerun()


def _is_chosen(ws: Workspace, offer: Offer, known: Planned | None, now: Planned) -> bool:
    t = ws.words
    with st.container(border=True):
        rows = [
            (
                f"{what}: {t(part)}",
                minutes_documents.said(part, was, t),
                minutes_documents.said(part, said, t),
            )
            for what, part, was, said in minutes_contents.action_changes(known, now)
        ]
        heads = [t(f"minutes.{key}") for key in ("where", "was", "now")]
        st.markdown(minutes_text.table(heads, rows))
        key = f"take_over:{offer.digest}:{now.action_id}"
        return st.checkbox(t("minutes.take_over_action"), value=True, key=key)


def head(ws: Workspace, view: View) -> None:
    """Who chaired, and where it was."""
    t, meeting = ws.words, view.meeting
    names: dict[UUID | None, str] = {None: t("minutes.nobody_chaired")}
    names |= {one.person_id: one.person.name for one in meeting.attendances}
    slot, now = f"minutes_head:{meeting.id}", correction(view, meeting.id)
    draft = open_draft(now, "head")
    follow_strikes(ws, view, draft, slot, {"place": meeting.place})
    was = {"chair": meeting.chair_id, "place": meeting.place}
    if all(st.session_state.get(draft.key(name), value) == value for name, value in was.items()):
        draft.close()
        draft = open_draft(now, "head")
    form = Kept(ws, slot, meeting.case_id)
    st.caption(t("minutes.head_help"))
    with st.form(draft.key("form"), border=False):
        chair = st.selectbox(
            t("document.minutes.chair"),
            list(names),
            index=list(names).index(meeting.chair_id) if meeting.chair_id in names else 0,
            format_func=distinct(names, names.__getitem__),
            key=draft.key("chair"),
        )
        ws.slot("chair")
        place = form.line("place", t("document.minutes.place"), value=meeting.place, key=draft.key("place"))
        ws.slot("place")
        save = st.form_submit_button(t("minutes.save_correction"), type="primary")
    number, struck = seen(draft)
    if save and ws.do(
        minutes_updates.correct_head, meeting.id, chair_id=chair, place=place, number=number, struck=struck
    ):
        form.close(draft)
        st.toast(t("minutes.correction_saved"), icon=":material/edit_note:")
        st.rerun()
    if draft.version != now.version:
        st.button(t("common.take_theirs"), on_click=form.close, args=(draft,), key=f"theirs:{draft.slot}")
