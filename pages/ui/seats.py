"""Who is at the table: there or not, alone in the room, the declaration read and confirmed by each."""

from uuid import UUID

import streamlit as st

from core.content.meeting_kinds import Asked
from core.operations import presences
from core.operations.presences import Presence
from core.operations.sittings import Attendance, Sitting
from pages.ui import turns
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

_ORDER = (Presence.IN_PERSON, Presence.REMOTE, Presence.WRITTEN, Presence.ABSENT)


def attendance(ws: Workspace, sitting: Sitting) -> None:
    """One line for each person: how they take part, and what else is to be written down."""
    t = ws.words
    for seat in sitting.meeting.attendances:
        key = turns.field(f"presence:{seat.id}", presences.of(seat))
        with st.container(horizontal=True, vertical_alignment="center", key=f"seat_{seat.id.hex}"):
            st.markdown(_who(ws, seat), width=380)
            st.segmented_control(
                t("table.presence_of", name=in_label(seat.person.name)),
                _ORDER,
                format_func=lambda presence: t(f"presence.{presence}"),
                required=True,
                key=key,
                label_visibility="collapsed",
                on_change=_attend,
                args=(ws, seat.id, seat.version, key),
            )
            with st.popover(t("table.more"), icon=":material/more_horiz:"):
                _remarks(ws, sitting.meeting.case_id, seat)
    _late(ws, sitting)


def _who(ws: Workspace, seat: Attendance) -> str:
    notes = [plain(seat.person.service.name)]
    if seat.conflict_of_interest:
        notes.append(ws.words("table.has_conflict"))
    if seat.left_early:
        notes.append(ws.words("table.left_early"))
    return f"**{plain(seat.person.name)}** :small[{' · '.join(notes)}]"


def _attend(ws: Workspace, seat_id: UUID, version: int, key: str) -> None:
    if key == turns.current(f"presence:{seat_id}"):
        ws.do(presences.attend, seat_id, presence=st.session_state[key], version=version)


def _remarks(ws: Workspace, case_id: UUID | None, seat: Attendance) -> None:
    t = ws.words
    draft = open_draft(seat, "remark")
    # Also who is there, the room and the declaration make a newer seat: only another remark stands against this one.
    slot, now = draft.key("opened"), _remark(seat)
    is_same = st.session_state.setdefault(slot, now) == now
    form = Kept(ws, f"seat:{seat.id}", case_id)
    with st.form(draft.key("remark"), border=False):
        conflict = form.area(
            "conflict",
            t("table.conflict_of_interest"),
            value=seat.conflict_of_interest,
            key=draft.key("conflict"),
            help=t("table.conflict_help"),
        )
        ws.slot("conflict_of_interest")
        apology = form.area("apology", t("table.apology"), value=seat.apology, key=draft.key("apology"))
        ws.slot("apology")
        left = st.checkbox(t("table.left_early"), value=seat.left_early, key=draft.key("left"))
        save = st.form_submit_button(t("table.save"))
    if save and ws.do(
        presences.remark,
        seat.id,
        conflict_of_interest=conflict,
        left_early=left,
        apology=apology,
        version=seat.version if is_same else draft.version,
    ):
        form.close(draft)
        st.rerun()
    if not is_same:
        _theirs(ws, seat, form, draft)


def _remark(seat: Attendance) -> tuple[str, str, bool]:
    return seat.conflict_of_interest, seat.apology, seat.left_early


def _go_on(draft: Draft, theirs: tuple[str, str, bool]) -> None:
    """Go on with what was typed here; a field that was left as it was opened takes what the colleague wrote."""
    opened = st.session_state[draft.key("opened")]
    for name, was, now in zip(("conflict", "apology", "left"), opened, theirs, strict=True):
        if st.session_state.get(draft.key(name)) == was:
            st.session_state[draft.key(name)] = now
    st.session_state[draft.key("opened")] = theirs


def _theirs(ws: Workspace, seat: Attendance, form: Kept, draft: Draft) -> None:
    """What a colleague remarked meanwhile, and the two ways to go on."""
    t = ws.words
    st.caption(t("phase_1.theirs"))
    said = [plain(text) for text in (seat.conflict_of_interest, seat.apology) if text]
    left = [t("table.left_early")] if seat.left_early else []
    st.markdown("\n".join(f"- {line}" for line in said + left) or t("phase_1.emptied"))
    with st.container(horizontal=True):
        st.button(
            t("phase_1.keep_mine"),
            key=draft.key("mine"),
            on_click=_go_on,
            args=(draft, _remark(seat)),
        )
        st.button(t("phase_1.take_theirs"), key=draft.key("theirs"), on_click=form.close, args=(draft,))


def _late(ws: Workspace, sitting: Sitting) -> None:
    """A seat for somebody of the case who came without an invitation."""
    t = ws.words
    people = {person.id: person for person in ws.read(presences.candidates, sitting.meeting.id)}
    if not people:
        return
    draft = open_new(f"seat:{sitting.meeting.id}")
    with st.form(draft.key("form"), border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                t("table.somebody_else"),
                list(people),
                index=None,
                format_func=distinct(
                    people, lambda person_id: f"{people[person_id].name}, {people[person_id].service.name}"
                ),
                key=draft.key("person"),
            )
            seat = st.form_submit_button(t("table.seat"), icon=":material/person_add:")
        ws.slot("person")
    if seat and ws.do(presences.seat, sitting.meeting.id, person_id=chosen):
        draft.close()
        st.rerun()


def rooms(ws: Workspace, sitting: Sitting) -> None:
    """The private-room check: read out once, answered by each who takes part from a distance."""
    t = ws.words
    checks = sitting.kinds.checks_for(Asked.PARTICIPANT)
    st.markdown("\n".join(f"- **{check.title}.** {check.help}" for check in checks))
    distant = [seat for seat in sitting.meeting.attendances if presences.of(seat) is Presence.REMOTE]
    if not distant:
        st.info(t("table.nobody_remote"), icon=":material/videocam_off:")
    with st.container(horizontal=True, key="ticks_rooms"):
        for seat in distant:
            key = turns.field(f"room:{seat.id}", bool(seat.is_room_private))
            st.checkbox(
                t("table.room_private", name=in_label(seat.person.name)),
                key=key,
                on_change=_check_room,
                args=(ws, seat.id, key),
            )


def _check_room(ws: Workspace, seat_id: UUID, key: str) -> None:
    if key == turns.current(f"room:{seat_id}"):
        ws.do(presences.check_room, seat_id, is_private=bool(st.session_state[key]))


def declaration(ws: Workspace, sitting: Sitting) -> None:
    """The purpose line and the declaration, read aloud; each person confirms."""
    t, kinds = ws.words, sitting.kinds
    st.markdown(f"**{kinds.purpose_line}**")
    st.markdown("\n".join(f"1. {sentence}" for sentence in kinds.declaration))
    st.caption(f"{kinds.declaration_confirm} {t('table.declare_help')}", help=kinds.declaration_source)
    present = [seat for seat in sitting.meeting.attendances if seat.is_present]
    if not present:
        st.info(t("table.nobody_here"), icon=":material/event_seat:")
    with st.container(horizontal=True, key="ticks_declaration"):
        for seat in present:
            key = turns.field(f"declared:{seat.id}", seat.declared_at is not None)
            at = t.time(seat.declared_at) if seat.declared_at else ""
            st.checkbox(
                t("table.declared" if at else "table.declares", name=in_label(seat.person.name), at=at),
                key=key,
                on_change=_declare,
                args=(ws, seat.id, key),
            )


def _declare(ws: Workspace, seat_id: UUID, key: str) -> None:
    if key == turns.current(f"declared:{seat_id}"):
        ws.do(presences.declare, seat_id, is_confirmed=bool(st.session_state[key]))
