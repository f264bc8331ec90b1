"""The form of a person of the own file: what a colleague saves meanwhile stands beside what is typed, until somebody chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import streamlit as st

from core.models.case import Subject
from core.operations import files
from core.operations.contact_flags import Flagged
from core.operations.files import Contacts, SubjectKind
from pages.ui import contact_flags_view, held, opened, own_file, revealed
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_VALUES = (*files.CONTACTS, "born_on", *files.SAFE_CONTACTS, "messages_allowed")


@dataclass(frozen=True)
class _Form:
    """A form that is open, and whose entry it writes; None where nobody of that kind is entered."""

    case_id: UUID
    draft: Draft
    kept: Kept
    there: Subject | None = None

    @property
    def known(self) -> int:
        """The version of the entry that the person knows: what they opened, or a newer one that they chose to go on from."""
        at: int = st.session_state.get(_slot(self.draft, "known"), 0)
        return max(at, self.draft.version) if self.is_change else at

    @property
    def is_change(self) -> bool:
        """Was it opened on an entry, and not for somebody new?"""
        return self.draft.slot.startswith("draft:Subject:")

    @property
    def is_overtaken(self) -> bool:
        """Has somebody saved the entry since?"""
        return self.there is not None and self.there.version != self.known


def is_first(case_id: UUID, subjects: Sequence[Subject]) -> bool:
    """Is it the form of a file in which nobody was entered when it was opened? It stays though a colleague is faster."""
    draft = open_new(f"person:{case_id}")
    if draft.is_left:
        _forget(draft)
    if not subjects:
        st.session_state[_slot(draft, "first")] = True
    return bool(st.session_state.get(_slot(draft, "first")))


def show(
    ws: Workspace, case_id: UUID, subjects: Sequence[Subject], flags: Sequence[Flagged], *, is_open: bool
) -> None:
    """Enter somebody, or change an entry of the file."""
    begins = is_first(case_id, subjects)
    # By its key it is known to be the same, whatever comes onto the page above it.
    with st.expander(
        ws.words("file.write_person"), icon=":material/edit:", expanded=begins, key=f"person_form:{case_id}"
    ):
        subject = None if begins else _chosen(ws, case_id, subjects)
        draft = open_draft(subject) if subject else open_new(f"person:{case_id}")
        kept = Kept(ws, f"person:{subject.id if subject else case_id}", case_id)
        st.session_state.setdefault(_slot(draft, "drawn"), _values(subject))
        box = st.form("person", border=False)
        with box:
            kind = subject.kind if subject else own_file.kind(ws, draft)
            contacts = own_file.contacts(ws, kept, draft, subject)
            sent = own_file.save(ws, str(subject and subject.id))
        there = subject or (_entered(subjects, kind) if begins else None)
        form = _Form(case_id, draft, kept, there)
        if held.still(ws, sent, str(subject and subject.id)) and _save(ws, form, kind, contacts):
            _forget(draft)
            kept.close(draft)
            st.session_state[revealed.of_file(case_id)] = True
            st.toast(ws.words("common.saved"))
            st.rerun()
        with box:
            _beside(ws, form, flags, is_open=is_open)


def _chosen(ws: Workspace, case_id: UUID, subjects: Sequence[Subject]) -> Subject | None:
    by_id = {subject.id: subject for subject in subjects}
    chosen = st.selectbox(
        ws.words("file.which_person"),
        [*by_id, None],
        format_func=lambda found: by_id[found].code if found else ws.words("file.new_person"),
        # After a new person the list begins again; somebody whom a colleague adds moves nobody's choice.
        key=f"person:{case_id}:{open_new(f'person:{case_id}').version}",
    )
    return by_id.get(chosen) if chosen else None


def _entered(subjects: Sequence[Subject], kind: SubjectKind) -> Subject | None:
    """Whom a colleague entered while the first form was open; of children there may be several."""
    same = (one for one in subjects if one.kind is kind and kind is not SubjectKind.CHILD)
    return next(same, None)


def _save(ws: Workspace, form: _Form, kind: SubjectKind, contacts: Contacts) -> bool:
    if form.there is None:
        return ws.do(files.add_subject, form.case_id, kind=kind, contacts=contacts)
    return ws.do(files.revise_subject, form.there.id, contacts=contacts, version=form.known)


def _beside(ws: Workspace, form: _Form, flags: Sequence[Flagged], *, is_open: bool) -> None:
    """Under the fields: what a colleague saved meanwhile, and the two ways to go on."""
    t, there = ws.words, form.there
    if there is None:
        return
    if not form.is_overtaken:
        if not form.is_change:
            st.caption(t("file.goes_into", code=plain(there.code)))
        return
    by = ws.read(files.written_by, there.id)
    with st.container(border=True, key=f"theirs:{there.id}"):
        said = t("file.theirs", by=plain(by), code=plain(there.code)) if by else t("file.theirs_of_somebody")
        st.markdown(f":material/group: **{said}**")
        if not is_open:
            st.caption(t("file.theirs_closed"))
            return
        st.markdown("\n".join(f"- {line}" for line in _lines(ws, form, there, flags)))
        # They send the form too: what is typed in it, and not sent, is known to nobody else.
        with st.container(horizontal=True):
            for way, act in (("take_theirs", _take_theirs), ("keep_mine", _keep_mine)):
                st.form_submit_button(
                    t(f"file.{way}"), on_click=act, args=(form, there), key=f"person:{way}:{form.draft.slot}"
                )


def _lines(ws: Workspace, form: _Form, there: Subject, flags: Sequence[Flagged]) -> list[str]:
    """What says something else than when the form was opened, as it stands now."""
    seen, now = _seen(form.draft), _values(there)
    changed = [field for field in _VALUES if now[field] != seen[field]]
    return [_line(ws, there, field, flags) for field in changed] or [ws.words("file.theirs_same")]


def _line(ws: Workspace, there: Subject, field: str, flags: Sequence[Flagged]) -> str:
    t, value = ws.words, getattr(there, field)
    if field == "messages_allowed":
        return t(f"subject.{field}" if value else "subject.no_messages")
    if not value:
        return f"{t(f'subject.{field}')}: {t('phase_1.emptied')}"
    if field == "born_on":
        return f"{t('subject.born_on')}: {t.day(value)}"
    return contact_flags_view.contact(ws, flags, there, field, value)


def _keep_mine(form: _Form, there: Subject) -> None:
    """Go on with what is typed, knowing theirs: the next save replaces it, and nothing that was not touched here."""
    opened.keep_mine(form.draft.key, _seen(form.draft), _values(there))
    _go_on(form.draft, there)


def _take_theirs(form: _Form, there: Subject) -> None:
    """Take what they changed; what is typed in the other fields stays."""
    opened.take_theirs(form.draft.key, _seen(form.draft), _values(there), form.kept)
    _go_on(form.draft, there)


def _go_on(draft: Draft, there: Subject) -> None:
    st.session_state[_slot(draft, "drawn")] = _values(there)
    st.session_state[_slot(draft, "known")] = there.version


def _values(subject: Subject | None) -> dict[str, Any]:
    if subject is None:
        blank = Contacts()
        return {field: getattr(blank, field) for field in _VALUES}
    return {field: getattr(subject, field) for field in _VALUES}


def _seen(draft: Draft) -> dict[str, Any]:
    """What the fields of the form were filled with."""
    found: dict[str, Any] = st.session_state[_slot(draft, "drawn")]
    return found


def _forget(draft: Draft) -> None:
    for what in ("first", "drawn", "known"):
        st.session_state.pop(_slot(draft, what), None)


def _slot(draft: Draft, what: str) -> str:
    """Where something lies that is known of a form as long as it is open."""
    return f"{what}:{draft.slot}:{draft.version}"
