"""Parts of the must-not-receive register: its entries, the form of a new one, and who is not offered because of it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import streamlit as st

from core import clock
from core.models.case import Subject
from core.models.person import Person
from core.operations import registers
from core.operations.registers import Barred, Entry, Held, Way
from pages.ui import pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace


def kept_out(ws: Workspace, people: Iterable[Person]) -> None:
    """Say who is not offered; nothing where the register keeps nobody out."""
    names = ", ".join(plain(f"{person.name} ({person.service.name})") for person in people)
    if names:
        st.caption(f":material/block: {ws.words('register.not_offered', names=names)}")


def entries(ws: Workspace, found: Sequence[Held], *, may_write: bool) -> None:
    """Each entry, with its reason and the way to end it."""
    t = ws.words
    if not found:
        st.info(t("register.none"))
    for held in found:
        entry = held.entry
        with st.container(border=True):
            whom = plain(held.whom) or t(f"register.barred.{entry.kind}")
            until = t("register.until_day", day=t.day(entry.until)) if entry.until else ""
            line = t(
                "register.line",
                whom=whom,
                ways=", ".join(t(f"register.way.{way}") for way in held.ways),
                about=plain(held.about),
                since=t.day(entry.since),
                day=t.day(entry.since),
                until=until,
                by=plain(held.by),
            )
            st.markdown(f"{line}\n\n{t('register.lost') if entry.is_anybody else plain(entry.why)}")
            end = may_write and st.button(
                t("register.end"), key=f"end:{entry.id}:{entry.version}", type="tertiary"
            )
        if end and ws.do(registers.end, entry.id, version=entry.version):
            st.rerun()


def new(ws: Workspace, case_id: UUID, subjects: Sequence[Subject]) -> None:
    """Write down somebody who must not receive."""
    t = ws.words
    draft = open_new(f"register:{case_id}")
    form = Kept(ws, f"register:{case_id}", case_id)
    codes = {subject.id: subject.code for subject in subjects}
    left, right = st.columns(2)
    with left:
        kind = st.radio(
            t("register.kind"),
            list(Barred),
            format_func=lambda one: t(f"register.barred.{one}"),
            index=1,
            horizontal=True,
            key=draft.key("kind"),
        )
        chosen = kind or Barred.CONTACT
        whom, service_id = _whom(ws, form, chosen, draft.key("whom"))
    with right:
        about = st.selectbox(
            t("register.about"),
            list(codes),
            index=0 if codes else None,
            format_func=lambda one: codes[one],
            key=draft.key("about"),
        )
        ws.slot("about")
        ways = st.pills(
            t("register.ways"),
            list(Way),
            default=list(Way),
            selection_mode="multi",
            format_func=lambda one: t(f"register.way.{one}"),
            wrap=True,
            key=draft.key("ways"),
        )
        ws.slot("ways")
    why = form.area("why", t("register.why"), key=draft.key("why"), height=80)
    ws.slot("why")
    left, right = st.columns(2)
    with left:
        since = pickers.day(t, t("register.since"), value=clock.today(), key=draft.key("since"))
        ws.slot("since")
    with right:
        until = pickers.day(t, t("register.until"), value=None, key=draft.key("until"))
        ws.slot("until")
    entry = Entry(about, chosen, whom, service_id, frozenset(ways), why, since, until)
    save = st.button(t("register.save"), type="primary", key=draft.key(f"save:{about}"))
    if save and ws.do(registers.add, case_id, entry=entry):
        form.close(draft)
        st.toast(t("register.saved"))
        st.rerun()


def _whom(ws: Workspace, form: Kept, kind: Barred, key: str) -> tuple[str, UUID | None]:
    """The name, the address or the agency that is meant."""
    t = ws.words
    service_id: UUID | None = None
    if kind is Barred.HIM:
        return "", None
    if kind is Barred.AGENCY:
        known = {one.id: one.name for one in ws.read(registers.agencies)}
        service_id = st.selectbox(
            t("register.agency"),
            [*known, None],
            format_func=lambda one: in_label(known[one]) if one else t("register.another_agency"),
            key=f"{key}:agency",
        )
        ws.slot("service")
        if service_id is not None:
            return "", service_id
    typed = form.line(f"whom_{kind}", t(f"register.whom_{kind}"), key=f"{key}:{kind}", autocomplete="off")
    ws.slot("whom")
    return typed, None
