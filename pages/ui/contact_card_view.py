"""Her contact card: closed until somebody wants to reach her, and each time the question whether it is still safe."""

from collections.abc import Iterable
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.models.case import Subject
from core.operations import contact_cards, contact_changes, contact_flags
from core.operations.contact_cards import Card, ContactUse, Used
from core.operations.contact_changes import Standing
from core.operations.contact_flags import ContactMark
from pages.ui import contact_flags_view, revealed, step_up
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def card(ws: Workspace, case_id: UUID, found: Card) -> None:
    """The card; what it says is sent to the screen only after somebody opened it."""
    t, slot = ws.words, f"contact_card:{case_id}"
    st.header(t("contact_card.title"))
    if found.her is not None:
        warned(ws, case_id, found)
    if found.her is None or found.is_empty:
        st.warning(t("contact_card.empty"), icon=":material/contact_phone:")
        _to_file(ws, case_id, "to_file")
        return
    st.caption(t("contact_card.help"))
    open_uses = found.unanswered(ws.actor.person_id)
    if not revealed.is_open(ws, slot):
        flagged(ws, found.marks)
        revealed.say_closed(ws, slot)
        wants = st.button(t("contact_card.open"), type="primary", icon=":material/contact_phone:")
        if step_up.confirmed(ws, wants, key=slot) and ws.do(contact_cards.use, case_id):
            st.session_state[slot] = True
            st.rerun()
        for used in open_uses:
            ask(ws, case_id, used.use)
        return
    with st.container(border=True, key="card_contact"):
        st.markdown(_said(ws, case_id, found.her))
    for used in open_uses:
        ask(ws, case_id, used.use)
    if st.button(t("contact_card.close"), icon=":material/visibility_off:"):
        del st.session_state[slot]
        st.rerun()


def warned(ws: Workspace, case_id: UUID, found: Card) -> None:
    """What the last one who used it, or corrected it, said about it."""
    t, last, before = ws.words, found.last, found.before
    if last is None:
        return
    day = t.moment(last.use.answered_at)
    if found.has_changed:
        said = t("contact_card.has_changed", at=day, by=plain(last.answered_by), note=plain(last.use.note))
        st.error(said, icon=":material/warning:")
        _to_file(ws, case_id, "to_entry")
    elif before is not None:
        teller, note = plain(before.answered_by), _sentence(before.use.note)
        said = t("contact_card.was_corrected", at=day, by=plain(last.answered_by), teller=teller, note=note)
        st.info(said, icon=":material/edit:")
    else:
        st.markdown(
            f":green[:material/check_circle: {t('contact_card.was_safe', at=day, by=plain(last.answered_by))}]"
        )


def flagged(ws: Workspace, marks: Iterable[ContactMark]) -> None:
    """That the safe channel carries a flag, where it is closed; what is open says so beside it."""
    if said := contact_flags_view.channel(ws, marks):
        st.error(said, icon=":material/flag:")


def to_correct(ws: Workspace, found: Standing, *, is_open: bool) -> None:
    """Above her entry in the file: what warns of it, and the way to say that it is right as it stands now."""
    t = ws.words
    if not is_open:
        flagged(ws, found.marks)
    if not found.has_changed:
        return
    note = _sentence(found.note) if is_open else ""
    said = t("contact_card.correct", at=t.moment(found.at), by=plain(found.by), note=note)
    st.error(said, icon=":material/warning:")
    if not is_open:
        st.caption(t("contact_card.open_first"))
    elif (
        ws.may(Permission.WRITE_FILE)
        and st.button(t("contact_card.confirm"), icon=":material/check:")
        and found.use_id is not None
        and ws.do(contact_changes.confirm, found.use_id)
    ):
        st.toast(t("common.saved"))
        st.rerun()


def _sentence(note: str) -> str:
    """What somebody typed, to stand before another sentence."""
    said = plain(" ".join(note.split()))
    return said if not said or said[-1] in ".!?" else f"{said}."


def _said(ws: Workspace, case_id: UUID, her: Subject) -> str:
    t = ws.words
    lines = [f"**{plain(her.code)}**" + (f" · {plain(her.name)}" if her.name else "")]
    flags = [one.flag for one in ws.read(contact_flags.of_case, case_id)]
    none = f"**{t('emergency.not_recorded')}**"
    channel = contact_flags_view.safe_channel(ws, flags, her, "**") if her.safe_channel else none
    lines.append(f"{t('subject.safe_channel')}: {channel}")
    for field in ("safe_times", "code_phrase"):
        value = plain(str(getattr(her, field))) or t("emergency.not_recorded")
        lines.append(f"{t(f'subject.{field}')}: **{value}**")
    message = "messages_may" if her.messages_allowed else "no_messages"
    colour = "gray" if her.messages_allowed else "red"
    lines.append(f":{colour}[**{t(f'contact_card.{message}')}**]")
    lines.append(f"{t('subject.who_may_know')}: {plain(her.who_may_know) or t('contact_card.nobody_knows')}")
    lines += contact_flags_view.on_channel(ws, flags, her)
    return "  \n".join(lines)


def ask(ws: Workspace, case_id: UUID, found: ContactUse) -> None:
    """Is it still safe? Asked each time, and answered once."""
    t = ws.words
    draft = open_draft(found)
    form = Kept(ws, f"contact_use:{found.id}", case_id)
    with st.form(draft.key("form")):
        st.markdown(t("contact_card.ask", at=t.moment(found.created_at)))
        chosen = st.radio(
            t("contact_card.still_safe"),
            list(contact_cards.ASKED),
            index=None,
            format_func=lambda one: t(f"contact_card.answer.{one}"),
            horizontal=True,
            key=draft.key("answer"),
        )
        ws.slot("still_safe")
        note = form.line("note", t("contact_card.note"), key=draft.key("note"), autocomplete="off")
        ws.slot("still_safe_note")
        save = st.form_submit_button(t("contact_card.save"), type="primary")
    if save and ws.do(contact_cards.answer, found.id, answer=chosen, note=note, version=draft.version):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()


def history(ws: Workspace, found: Card) -> None:
    """When it was used, by whom, and what was said."""
    if not found.uses:
        return
    t = ws.words
    with st.expander(t("contact_card.history"), icon=":material/history:"):
        heads = ("used", "by", "answer", "note")
        lines = [
            f"| {' | '.join(t(f'contact_card.column.{head}') for head in heads)} |",
            "|---|---|---|---|",
        ]
        lines += [f"| {' | '.join(_row(ws, one))} |" for one in found.uses]
        st.markdown("\n".join(lines))


def _row(ws: Workspace, one: Used) -> tuple[str, str, str, str]:
    t = ws.words
    answer = t(f"contact_card.answer.{one.use.answer}") if one.use.answer else t("contact_card.unanswered")
    note = " ".join(plain(one.use.note).split())
    return t.moment(one.use.created_at), plain(one.by), answer, note


def _to_file(ws: Workspace, case_id: UUID, label: str) -> None:
    st.page_link(
        page_file("file"),
        label=ws.words(f"contact_card.{label}"),
        icon=":material/edit:",
        query_params={"case": str(case_id)},
        width="content",
    )
