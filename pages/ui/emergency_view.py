"""The parts of the emergency page: who answers, how she is reached safely, who takes part, what is open."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core.content import meeting_kinds
from core.content.meeting_kinds import Asked
from core.models.action_plan import Action
from core.models.case import Case, Subject
from core.operations import contact_cards, emergencies, joint_spaces
from core.operations.contact_flags import ContactFlag
from core.operations.emergencies import Contact, Side, Situation
from core.operations.emergency_facts import Danger
from core.operations.joint_spaces import Ground, Standing
from core.operations.phases import Link
from pages.ui import contact_card_view, contact_flags_view, revealed, step_up
from pages.ui.links import link_to
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace


def next_act(ws: Workspace, case: Case, space: Standing) -> None:
    """Where no meeting can begin at once: in one sentence, what has to be done first."""
    if case.closed_on is not None:
        key, page = "closed", "closing"
    elif space.ground is Ground.NOT_PAIRED:
        key, page = "not_paired", "case"
    elif not space.is_open:
        key, page = _to_open(ws, space), ""
    else:
        return
    st.info(ws.words(f"emergency.next.{key}"), icon=":material/arrow_forward:")
    if page:
        link_to(Link(page, {"case": str(case.id)}), ws.words(f"emergency.next.to_{page}"))


def _to_open(ws: Workspace, space: Standing) -> str:
    """Who presses what to open the joint space: after an agreement ended one service asks, and the other confirms."""
    if space.asked is not None:
        return "asked_ours" if space.asked.service_id == ws.actor.service_id else "asked_theirs"
    return "ask_first" if space.ground in joint_spaces.OVER else "open_first"


def sides(ws: Workspace, found: Sequence[Side]) -> None:
    """Whom to call on each side, whoever is on duty first."""
    t = ws.words
    st.subheader(t("emergency.who_answers"))
    for side, place in zip(found, st.columns(len(found)), strict=True):
        lines = [f"**{plain(side.service.name)}**"]
        if side.agreed:
            lines.append(t("emergency.agreed", how=plain(" ".join(side.agreed.split()))))
        if not side.has_duty:
            lines.append(t("emergency.nobody_on_duty"))
            if side.service.duty_phone:
                lines.append(t("emergency.duty_phone", phone=_phone(side.service.duty_phone)))
        lines += [_contact(ws, contact) for contact in emergencies.called_first(side)]
        place.markdown("  \n".join(lines))


def _contact(ws: Workspace, contact: Contact) -> str:
    job = f", {plain(contact.job)}" if contact.job else ""
    if contact.is_barred:
        return f"~~{plain(contact.name)}{job}~~ {ws.words('register.struck')}"
    phone = _phone(contact.phone) if contact.phone else ws.words("emergency.no_phone")
    mark = f" :green-badge[{ws.words('emergency.on_duty')}]" if contact.is_on_duty else ""
    return f"{plain(contact.name)}{job}: {phone}{mark}"


def _phone(number: str) -> str:
    """A number that a telephone dials when it is touched."""
    dialled = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return f"[{plain(number)}](tel:{dialled})" if dialled else plain(number)


def safe_contacts(
    ws: Workspace, case_id: UUID, found: Sequence[Subject], flags: Sequence[ContactFlag]
) -> None:
    """How she is reached safely: from the victim support service's own file, never on the other side's screen."""
    if not found:
        return
    t = ws.words
    slot = f"reveal:safe:{case_id}"
    with st.container(border=True):
        st.markdown(f":material/lock: {t('emergency.safe_title')}")
        # Not even sent before it is asked for: the screen may be shared with the other service already.
        is_open = revealed.is_open(ws, slot)
        if is_open:
            contact_card_view.warned(ws, case_id, ws.read(contact_cards.of_case, case_id))
            st.markdown("\n\n".join(_reached(ws, her, flags) for her in found))
        else:
            revealed.say_closed(ws, slot)
            wants = st.button(t("emergency.safe_open"), icon=":material/visibility:")
            if step_up.confirmed(ws, wants, key=slot) and ws.do(contact_cards.use, case_id):
                st.session_state[slot] = True
                st.rerun()
        if not st.session_state.get(slot):
            return
        # Asked about though it has closed again: somebody may be writing the answer.
        for used in ws.read(contact_cards.of_case, case_id).unanswered(ws.actor.person_id):
            contact_card_view.ask(ws, case_id, used.use)
        st.caption(t("emergency.safe_help"))
        if is_open and st.button(t("emergency.safe_close"), icon=":material/visibility_off:"):
            del st.session_state[slot]
            st.rerun()


def _reached(ws: Workspace, her: Subject, flags: Sequence[ContactFlag]) -> str:
    t = ws.words
    lines = [f"**{plain(her.code)}**"]
    channel = contact_flags_view.safe_channel(ws, flags, her) if her.safe_channel else ""
    held = {"channel": channel, "times": plain(her.safe_times), "phrase": plain(her.code_phrase)}
    for key, value in held.items():
        lines.append(t(f"emergency.safe_{key}", value=value or t("emergency.not_recorded")))
    lines += contact_flags_view.on_channel(ws, flags, her)
    if her.messages_allowed:
        lines.append(t("emergency.messages_may"))
    else:
        lines.append(f":red[{t('emergency.no_messages')}]")
    return "  \n".join(lines)


def danger(ws: Workspace, found: Danger) -> None:
    """The level that holds, notices that nobody has answered, what the last emergency meeting noted."""
    t = ws.words
    st.subheader(t("emergency.known"))
    st.markdown(t("emergency.level", level=plain(found.level) or t("emergency.no_level")))
    for key, text in (("notices", found.notices), ("note", found.note)):
        if text:
            st.markdown(f"{t(f'emergency.{key}')}\n\n{plain(text)}")


def participants(ws: Workspace, situation: Situation, *, is_remote: bool) -> tuple[list[UUID], list[UUID]]:
    """Who takes part, and who said that their room is private; on duty or of the case are chosen already."""
    t = ws.words
    people: list[UUID] = []
    rooms: list[UUID] = []
    st.subheader(t("emergency.who_takes_part"))
    if is_remote:
        checks(ws, Asked.PARTICIPANT)
    for side in situation.sides:
        first = {contact.person_id for contact in emergencies.called_first(side)}
        for contact in side.contacts:
            if contact.is_barred:
                st.markdown(_contact(ws, contact))
                continue
            key = f"{situation.case.id}:{contact.person_id}"
            here, room = st.columns([3, 2]) if is_remote else (st.container(), None)
            label = t(
                "emergency.takes_part", name=in_label(contact.name), service=in_label(side.service.name)
            )
            chosen = contact.person_id in first or contact.person_id == ws.actor.person_id
            if not here.checkbox(label, value=chosen, key=f"takes_part:{key}"):
                continue
            people.append(contact.person_id)
            if room is not None and room.checkbox(t("emergency.room_private"), key=f"room:{key}"):
                rooms.append(contact.person_id)
    return people, rooms


def checks(ws: Workspace, asked: Asked) -> None:
    """What is asked before a meeting at a distance, or before she or he is called."""
    found = meeting_kinds.load(language=ws.words.language).checks_for(asked)
    with st.expander(ws.words(f"emergency.checks_{asked}")):
        st.markdown("\n".join(f"- **{check.title}.** {check.help}" for check in found))


def actions(ws: Workspace, found: Sequence[Action]) -> None:
    """The open actions of the plan, the one due first above."""
    t = ws.words
    st.subheader(t("emergency.open_actions"))
    if not found:
        st.caption(t("emergency.no_actions"))
        return
    lines = []
    for action in found:
        late = f" :red-badge[{t('emergency.overdue')}]" if action.is_overdue else ""
        due = t("emergency.due", day=t.day(action.due_on))
        lines.append(f"- {plain(action.text)} · {plain(action.service.name)} · {due}{late}")
    st.markdown("\n".join(line.replace("  \n", " ") for line in lines))
