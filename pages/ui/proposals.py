"""Drafts of principles, objectives and commitments, made where the two teams talk about them."""

from datetime import date
from uuid import UUID

import streamlit as st

from core.operations import cooperations
from core.operations.cooperations import Point, Proposal
from pages.ui import pickers
from pages.ui.choices import distinct
from pages.ui.draft import open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, cooperation_id: UUID, point: Point) -> None:
    """Draft something for the agreement from this point, and look at all drafts so far."""
    t = ws.words
    if point.key != cooperations.OPEN_QUESTIONS:
        with st.expander(t("phase_1.propose"), icon=":material/post_add:"):
            _new(ws, cooperation_id, point)
    show_drafts(ws, cooperation_id)


def show_drafts(ws: Workspace, cooperation_id: UUID) -> None:
    """Every draft so far, to be read, changed or taken back."""
    t = ws.words
    drafts = ws.read(cooperations.proposals, cooperation_id)
    with st.expander(t.count("phase_1.drafts", len(drafts)), icon=":material/contract_edit:"):
        if not drafts:
            st.markdown(t("phase_1.drafts_empty"))
            return
        st.markdown("\n".join(f"- {line(ws, one)}" for one in drafts))
        _change(ws, drafts)


def line(ws: Workspace, one: Proposal) -> str:
    """A draft in a line: what it becomes, who commits, its text, by when."""
    t = ws.words
    said = t(
        "phase_1.draft_line",
        chapter=t(f"phase_1.chapter_{one.chapter}"),
        side=t(f"phase_1.side_{one.side}"),
        text=plain(one.text).replace("\n", " "),
    )
    return f"{said} {t('phase_1.draft_due', day=t.day(one.due_on))}" if one.due_on else said


def _new(ws: Workspace, cooperation_id: UUID, point: Point) -> None:
    t = ws.words
    draft = open_new(f"proposal:{cooperation_id}:{point.key}")
    form = Kept(ws, f"proposal:{cooperation_id}:{point.key}")
    with st.form("propose", border=False):
        chapter, side, wording, due_on = _fields(ws, form, draft.key("new"), None)
        save = st.form_submit_button(t("phase_1.propose_save"))
    if save and ws.do(
        cooperations.propose,
        cooperation_id,
        chapter=chapter,
        wording=wording,
        side=side,
        point=point.key,
        due_on=due_on,
    ):
        form.close(draft)
        st.rerun()


def _change(ws: Workspace, drafts: list[Proposal]) -> None:
    t = ws.words
    by_id = {one.id: one for one in drafts}
    chosen = st.selectbox(
        t("phase_1.change"),
        list(by_id),
        index=None,
        format_func=distinct(by_id, lambda one: by_id[one].text[:80]),
        placeholder=t("phase_1.change_none"),
        key="proposal:chosen",
    )
    if chosen is None:
        return
    found = by_id[chosen]
    draft = open_draft(found)
    form = Kept(ws, f"proposal:{found.id}")
    with st.form("change_proposal", border=False):
        chapter, side, wording, due_on = _fields(ws, form, draft.key("change"), found)
        with st.container(horizontal=True):
            save = st.form_submit_button(t("phase_1.save"))
            drop = st.form_submit_button(t("phase_1.drop"))
    done = (
        save
        and ws.do(
            cooperations.revise_proposal,
            found.id,
            chapter=chapter,
            wording=wording,
            side=side,
            due_on=due_on,
            version=draft.version,
        )
    ) or (drop and ws.do(cooperations.drop_proposal, found.id, version=draft.version))
    if done:
        form.close(draft)
        st.rerun()
    if found.version != draft.version:
        st.caption(t("phase_1.theirs"))
        st.markdown(line(ws, found))
        st.button(t("phase_1.take_theirs"), on_click=form.close, args=(draft,))


def _fields(ws: Workspace, form: Kept, key: str, found: Proposal | None) -> tuple[str, str, str, date | None]:
    t, chapters = ws.words, cooperations.CHAPTERS
    chapter = st.radio(
        t("phase_1.chapter"),
        chapters,
        index=chapters.index(found.chapter) if found else 0,
        format_func=lambda one: t(f"phase_1.chapter_{one}"),
        horizontal=True,
        key=f"{key}:chapter",
    )
    side = side_field(ws, key, found.side if found else "both")
    wording = form.area(
        "wording", t("phase_1.wording"), value=found.text if found else "", key=f"{key}:wording", height=100
    )
    ws.slot("wording")
    return chapter, side, wording, due_field(ws, key, found.due_on if found else None)


def side_field(ws: Workspace, key: str, side: str) -> str:
    """Who commits."""
    sides = cooperations.SIDES
    return st.radio(
        ws.words("phase_1.side"),
        sides,
        index=sides.index(side),
        format_func=lambda one: ws.words(f"phase_1.side_{one}"),
        horizontal=True,
        key=f"{key}:side",
    )


def due_field(ws: Workspace, key: str, due_on: date | None) -> date | None:
    """By when; empty where it holds from the start."""
    given = pickers.day(ws.words, ws.words("phase_1.due_on"), value=due_on, key=f"{key}:due_on", width=260)
    ws.slot("due_on")
    return given
