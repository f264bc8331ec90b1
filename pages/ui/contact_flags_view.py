"""Flags on contacts, wherever a contact of the own file stands: struck, with what is wrong, since when and by whom."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core import clock, spelling
from core.content import recipients
from core.content.recipients import Recipient
from core.models.case import Subject
from core.operations import contact_flags
from core.operations.contact_flags import Changed, ContactField, ContactFlag, ContactMark, Flagged
from pages.ui import pickers
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def mark(ws: Workspace, found: ContactMark) -> str:
    """What is wrong, in the words of this side."""
    return ws.words(f"contact_flag.{ws.actor.kind}.{found}")


def contact(ws: Workspace, flags: Iterable[Flagged], subject: Subject, field: str, value: str) -> str:
    """A contact as it stands in the file, struck where it carries a flag."""
    t = ws.words
    said = f"{t(f'subject.{field}')}: "
    held = list(flags)
    on_it = contact_flags.marks_of((one.flag for one in held), subject, field, value)
    if not on_it:
        is_channel = field == ContactField.SAFE_CHANNEL
        return said + (safe_channel(ws, [one.flag for one in held], subject) if is_channel else plain(value))
    names = {one.flag.id: one.by for one in held}
    notes = [
        t(
            "contact_flag.at_contact",
            mark=mark(ws, one.mark),
            day=t.day(one.flagged_on),
            by=plain(names[one.id]),
        )
        for one in on_it
    ]
    return f"{said}~~{plain(value)}~~ {' '.join(notes)}"


def earlier(ws: Workspace, flags: Iterable[Flagged], subject: Subject) -> list[str]:
    """Contacts that the person has no longer, with their flags."""
    t = ws.words
    return [
        t(
            "contact_flag.was",
            field=t(f"subject.{one.flag.field}"),
            value=plain(one.flag.contact),
            day=t.day(one.flag.flagged_on),
            mark=mark(ws, one.flag.mark),
        )
        for one in flags
        if one.flag.subject_id == subject.id
        and spelling.flat(one.flag.contact) != spelling.flat(getattr(subject, one.flag.field))
    ]


def safe_channel(ws: Workspace, flags: Iterable[ContactFlag], subject: Subject, weight: str = "") -> str:
    """The safe channel as it stands; where nobody is to use it, struck, and a word says what is wrong."""
    value = plain(subject.safe_channel)
    marks = ", ".join(mark(ws, one) for one in contact_flags.on_channel(flags, subject))
    return f"{weight}~~{value}~~{weight} · :red[**{marks}**]" if marks else f"{weight}{value}{weight}"


def in_note(ws: Workspace, flags: Iterable[Flagged], text: str) -> str:
    """What is wrong with the contacts that a note names; nothing where nothing is."""
    marks = ", ".join(mark(ws, one) for one in contact_flags.named_in((one.flag for one in flags), text))
    return ws.words("contact_flag.in_note", mark=marks) if marks else ""


def on_channel(ws: Workspace, flags: Iterable[ContactFlag], subject: Subject) -> list[str]:
    """Where the safe channel names a contact that carries a flag: say so beside it."""
    said = channel(ws, contact_flags.on_channel(flags, subject))
    return [f":red[{said}]"] if said else []


def channel(ws: Workspace, marks: Iterable[ContactMark]) -> str:
    """That nobody is to use the safe channel as it stands; nothing where nothing is wrong with it."""
    named = ", ".join(mark(ws, one) for one in marks)
    return ws.words("contact_flag.channel", mark=named) if named else ""


def changes(ws: Workspace, found: Sequence[Changed]) -> None:
    """A contact was changed or flagged: what still carries it, until somebody of the file has seen it."""
    t = ws.words
    table = recipients.load(language=t.language)
    for one in found:
        lines = [_what(ws, one)]
        lines += [
            "- "
            + t(
                "contact_flag.left",
                at=t.moment(left.departure.created_at),
                what=table.kind(left.departure.kind).title,
                whom=table.recipient(Recipient(left.departure.recipient)).title,
                by=plain(left.by),
            )
            for left in one.documents
        ]
        if one.flag.mark is ContactMark.OLD and not one.documents:
            lines.append(t("contact_flag.nothing_left"))
        st.warning("\n\n".join([lines[0], "\n".join(lines[1:])]), icon=":material/edit_location_alt:")
        if st.button(t("contact_flag.seen"), key=f"seen:{one.flag.id}", icon=":material/check:") and ws.do(
            contact_flags.see, one.flag.id
        ):
            st.rerun()


def _what(ws: Workspace, one: Changed) -> str:
    """Which contact it is and what became of it; that papers may carry a flagged one only where some left."""
    t, flag = ws.words, one.flag
    said = {
        "what": t(f"subject.{flag.field}"),
        "code": plain(flag.subject.code),
        "day": t.day(flag.flagged_on),
    }
    if flag.mark is ContactMark.OLD:
        return t("contact_flag.changed", **said)
    flagged = t("contact_flag.flagged", **said, mark=mark(ws, flag.mark), by=plain(one.by))
    return f"{flagged} {t('contact_flag.carried')}" if one.documents else flagged


def listed(ws: Workspace, flags: Sequence[Flagged], *, may_write: bool) -> None:
    """Every flag that holds, each with the way to take it off."""
    t = ws.words
    if not flags:
        st.info(t("contact_flag.none"))
    for one in flags:
        flag = one.flag
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                t(
                    "contact_flag.line",
                    code=plain(flag.subject.code),
                    field=t(f"subject.{flag.field}"),
                    value=plain(flag.contact),
                    mark=mark(ws, flag.mark),
                    day=t.day(flag.flagged_on),
                    by=plain(one.by),
                )
            )
            lift = may_write and st.button(
                t("contact_flag.lift"), key=f"lift:{flag.id}:{flag.version}", type="tertiary"
            )
        if lift and ws.do(contact_flags.lift, flag.id, version=flag.version):
            st.rerun()


def new(ws: Workspace, subjects: Sequence[Subject]) -> None:
    """Say what is wrong with a contact as it stands in the file."""
    t = ws.words
    held = {
        (subject.id, field): subject
        for subject in subjects
        for field in ContactField
        if getattr(subject, field)
    }
    if not held:
        st.info(t("contact_flag.nobody"))
        return
    draft = open_new("contact_flag")
    with st.form(draft.key("form")):
        chosen = st.selectbox(
            t("contact_flag.field"),
            list(held),
            index=None,
            format_func=lambda one: (
                f"{held[one].code} · {t(f'subject.{one[1]}')}: {getattr(held[one], one[1])}"
            ),
            key=draft.key("contact"),
        )
        ws.slot("field")
        left, right = st.columns(2)
        with left:
            wrong = st.radio(
                t("contact_flag.mark"),
                list(ContactMark),
                format_func=lambda one: mark(ws, one),
                horizontal=True,
                key=draft.key("mark"),
            )
        with right:
            on = pickers.day(
                t,
                t("contact_flag.flagged_on"),
                value=clock.today(),
                key=draft.key("on"),
            )
            ws.slot("flagged_on")
        save = st.form_submit_button(t("contact_flag.set"), icon=":material/flag:")
    if save and chosen is None:
        ws.slots["field"].error(t("error.empty"))
    elif (
        save
        and chosen is not None
        and ws.do(
            contact_flags.flag, chosen[0], field=chosen[1], mark=wrong or ContactMark.UNSAFE, flagged_on=on
        )
    ):
        draft.close()
        st.toast(t("contact_flag.saved"))
        st.rerun()
