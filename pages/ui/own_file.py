"""Parts of a service's own file: its people, the fields of a person, a note."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.content.file_topics import Topic
from core.content.protocols import Side
from core.models.case import FileNote, Subject
from core.operations import cases, files
from core.operations.contact_changes import Standing
from core.operations.contact_flags import Flagged
from core.operations.files import KINDS, Contacts, SubjectKind
from pages.ui import contact_flags_view, held, pickers
from pages.ui.draft import Draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

NOTES_AT_ONCE = 15
_SAVE = "person:save"
_NOTHING = Standing()


def people(
    ws: Workspace,
    subjects: Iterable[Subject],
    *,
    is_open: bool,
    flags: Sequence[Flagged] = (),
    standing: Standing = _NOTHING,
) -> None:
    """The people of the file: by code alone, or with names and contacts once somebody asked for them."""
    found = list(subjects)
    if not found:
        st.caption(ws.words("file.no_people"))
        return
    with st.container(border=True):
        st.markdown("\n\n".join(_person(ws, subject, flags, standing, is_open=is_open) for subject in found))


def _person(
    ws: Workspace, subject: Subject, flags: Sequence[Flagged], standing: Standing, *, is_open: bool
) -> str:
    t = ws.words
    head = f"**{plain(subject.code)}** · {t(f'subject.kind.{subject.kind}')}"
    is_silent = subject.kind is SubjectKind.HER and not subject.messages_allowed
    warning = f" · :red[**{t('subject.no_messages')}**]" if is_silent else ""
    flagged = sum(one.flag.subject_id == subject.id for one in flags)
    warning += f" · :red[{t.count('file.flagged', flagged)}]" if flagged else ""
    if not is_open:
        return f"{head}{warning}"
    values = {field: getattr(subject, field) for field in ("name", *files.CONTACTS, *files.SAFE_CONTACTS)}
    lines = [
        contact_flags_view.contact(ws, flags, subject, field, value)
        for field, value in values.items()
        if value and field != "name"
    ]
    if subject.born_on is not None:
        lines.insert(0, f"{t('subject.born_on')}: {t.day(subject.born_on)}")
    lines += contact_flags_view.on_channel(ws, [one.flag for one in flags], subject)
    if standing.has_changed and subject.kind is SubjectKind.HER:
        lines.append(t("contact_card.here", at=t.moment(standing.at)))
    lines += contact_flags_view.earlier(ws, flags, subject)
    name = f" · **{plain(subject.name)}**" if subject.name else ""
    return "  \n".join([f"{head}{name}{warning}", *lines])


def kind(ws: Workspace, draft: Draft) -> SubjectKind:
    """Whom the new entry is about, among those that this side keeps."""
    chosen = st.radio(
        ws.words("file.kind"),
        KINDS[ws.actor.kind],
        format_func=lambda found: ws.words(f"subject.kind.{found}"),
        horizontal=True,
        key=draft.key("kind"),
    )
    ws.slot("kind")
    return chosen


def save(ws: Workspace, whom: str) -> str | None:
    """The button that sends a person's form; of whom it was, in the run of its click."""
    return held.send(ws.words("common.save"), whom, slot=_SAVE, type="primary", key=_SAVE)


def is_sent() -> bool:
    """Was a person's form sent just now? Its fields hold what was typed, whatever may be shown meanwhile."""
    return bool(st.session_state.get(_SAVE))


def contacts(ws: Workspace, form: Kept, draft: Draft, subject: Subject | None) -> Contacts:
    """The fields of a person; how to reach her safely is asked at the victim support service only."""
    born_key, messages_key = draft.key("born_on"), draft.key("messages_allowed")
    st.session_state.setdefault(born_key, subject.born_on if subject else None)
    st.session_state.setdefault(messages_key, bool(subject and subject.messages_allowed))
    left, right = st.columns(2)
    with left:
        name = _field(ws, form, draft, subject, "name")
        born_on = pickers.day(ws.words, ws.words("subject.born_on"), key=born_key)
        ws.slot("born_on")
        address = _field(ws, form, draft, subject, "address")
    with right:
        phone = _field(ws, form, draft, subject, "phone")
        email = _field(ws, form, draft, subject, "email")
        language = _field(ws, form, draft, subject, "language")
    safe = dict.fromkeys(files.SAFE_CONTACTS, "")
    messages_allowed = False
    if cases.side_of(ws.actor) is Side.VSS:
        st.markdown(f"**{ws.words('subject.safe')}**")
        left, right = st.columns(2)
        with left:
            safe["safe_channel"] = _field(ws, form, draft, subject, "safe_channel")
            safe["safe_times"] = _field(ws, form, draft, subject, "safe_times")
            safe["who_may_know"] = _field(ws, form, draft, subject, "who_may_know")
        with right:
            safe["code_phrase"] = _field(ws, form, draft, subject, "code_phrase")
            messages_allowed = st.checkbox(ws.words("subject.messages_allowed"), key=messages_key)
    return Contacts(
        name=name,
        born_on=born_on,
        address=address,
        phone=phone,
        email=email,
        language=language,
        messages_allowed=messages_allowed,
        **safe,
    )


def _field(ws: Workspace, form: Kept, draft: Draft, subject: Subject | None, field: str) -> str:
    typed = form.line(
        field,
        ws.words(f"subject.{field}"),
        value=getattr(subject, field) if subject else "",
        key=draft.key(field),
        autocomplete="off",
    )
    ws.slot(field)
    return typed


def note(
    ws: Workspace,
    found: FileNote,
    topic: Topic,
    *,
    is_shared: bool,
    is_paired: bool,
    flags: Sequence[Flagged] = (),
) -> None:
    """One note, with the ways to change it and to share from it."""
    t = ws.words
    with st.container(border=True):
        source = f" · {t('joint.source', source=plain(found.source))}" if found.source else ""
        shared = f" · :green[{t('file.shared')}]" if is_shared else ""
        head = f"**{topic.title}** · {t.day(found.written_on)}{source}{shared}"
        st.markdown(f"{head}\n\n{plain(found.text)}")
        if warning := contact_flags_view.in_note(ws, flags, f"{found.text} {found.source}"):
            st.markdown(warning)
        query = {"note": str(found.id)}
        with st.container(horizontal=True):
            st.page_link(
                page_file("note"),
                label=t("file.edit_note"),
                icon=":material/edit:",
                query_params=query,
                width="content",
            )
            if topic.stays:
                st.markdown(f":gray[{t('file.stays')}]", width="content")
            elif is_paired:
                st.page_link(
                    page_file("share"),
                    label=t("file.share"),
                    icon=":material/share:",
                    query_params=query,
                    width="content",
                )
