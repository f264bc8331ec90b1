"""Who works on a case, and which guests of other agencies are let in."""

from datetime import timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.access import Permission
from core.operations import assignments, cases, guests, meetings, people, seals
from pages.ui import case_head, held, pickers, register_view
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "team")
st.header(t("team.title"))

team = ws.read(people.of_case, case.id)
for place, service in zip(
    st.columns(2, border=True), (case.cooperation.pp, case.cooperation.vss), strict=True
):
    with place:
        st.markdown(f"**{plain(service.name)}**")
        st.markdown(
            "\n".join(
                f"- {plain(person.name)} ({', '.join(t(f'role.{role}') for role in sorted(person.role_names))})"
                for person in team
                if person.service_id == service.id
            )
            or t("team.nobody")
        )

is_at_work = ws.read(cases.is_at_work, case.id)
if ws.may(Permission.ASSIGN) and is_at_work:
    mine = {person.id: person.name for person in team if person.service_id == ws.actor.service_id}
    others = {person.id: person.name for person in ws.read(people.colleagues) if person.id not in mine}
    if ws.may(Permission.READ_FILE) and ws.read(seals.of_case, case.id) is not None:
        st.info(t("rights.is_sealed"), icon=":material/shield_lock:")
    left, right = st.columns(2)
    draft = open_new(f"team:{case.id}")
    with left, st.form("assign"):
        joining = st.selectbox(
            t("team.assign"),
            list(others),
            index=None,
            format_func=distinct(others, others.__getitem__),
            key=draft.key("assign"),
        )
        ws.slot("person_id")
        assign = st.form_submit_button(t("team.assign_button"))
    if assign and ws.do(assignments.assign, case.id, person_id=joining):
        draft.close()
        st.rerun()
    with right, st.form("unassign"):
        leaving = st.selectbox(
            t("team.unassign"),
            list(mine),
            index=None,
            format_func=distinct(mine, mine.__getitem__),
            key=draft.key("unassign"),
        )
        ws.slot("person_id")
        unassign = st.form_submit_button(t("team.unassign_button"))
    if unassign and ws.do(assignments.unassign, case.id, person_id=leaving):
        draft.close()
        st.rerun()

st.header(t("team.guests"))
st.caption(t("team.guests_help"))
planned = {meeting.id: meeting for meeting in ws.read(meetings.list_of_case, case.id)}
let_in = {guest.id: guest for guest in ws.read(guests.list_of_case, case.id)}


def _of_guest(found: UUID) -> str:
    """Into what a guest is let, and until when."""
    guest = let_in[found]
    meeting = planned.get(guest.meeting_id) if guest.meeting_id else None
    return t.moment(meeting.planned_at) if meeting else t.day(guest.until)


st.markdown(
    "\n".join(
        f"- {plain(guest.person.name)}, {plain(guest.person.service.name)}: "
        + t(
            "team.guest_meeting" if guest.meeting_id in planned else "team.guest_case",
            until=t.day(guest.until),
            at=t.moment(planned[guest.meeting_id].planned_at) if guest.meeting_id in planned else "",
        )
        for guest in let_in.values()
    )
    or t("team.no_guest")
)

if ws.may(Permission.INVITE_GUEST) and is_at_work and case.is_paired and case.closed_on is None:
    may, kept_out = ws.read(guests.candidates, case.id)
    known = {person.id: f"{person.name}, {person.service.name}" for person in may}
    if known:
        draft = open_new(f"guest:{case.id}")
        with st.expander(t("team.invite"), icon=":material/person_add:"), st.form("invite", border=False):
            person_id = st.selectbox(
                t("team.guest"),
                list(known),
                index=None,
                format_func=distinct(known, known.__getitem__),
                key=draft.key("guest"),
                help=t("team.guest_help"),
            )
            ws.slot("person_id")
            coming = [found for found in planned.values() if not found.is_over]
            meeting_id = st.selectbox(
                t("team.what"),
                [*(meeting.id for meeting in coming), None],
                format_func=distinct(
                    [*(meeting.id for meeting in coming), None],
                    lambda found: (
                        t("team.whole_case") if found is None else t.moment(planned[found].planned_at)
                    ),
                ),
                key=draft.key("meeting"),
            )
            until = pickers.day(
                t, t("team.until"), value=clock.today() + timedelta(days=14), key=draft.key("until")
            )
            ws.slot("until")
            invite = st.form_submit_button(t("team.invite_button"))
        if invite and ws.do(guests.invite, case.id, person_id=person_id, until=until, meeting_id=meeting_id):
            draft.close()
            st.rerun()
    else:
        st.caption(t("team.nobody_to_let_in"))
    register_view.kept_out(ws, kept_out)
    if let_in:
        with st.popover(t("team.revoke"), icon=":material/person_remove:"):
            out = st.selectbox(
                t("team.guest"),
                list(let_in),
                format_func=distinct(let_in, lambda found: let_in[found].person.name, _of_guest),
                key=f"revoke:{case.id}",
            )
            seen = held.button(t("team.revoke_button"), out, key="revoke")
            if held.still(ws, seen, out) and ws.do(guests.revoke, out):
                st.rerun()
