"""Handing a first pass in: one release for the whole assessment, after a look at what the other service will read."""

from uuid import UUID

import streamlit as st

from core.access import Permission
from core.operations import first_passes, risk_words
from core.operations.first_passes import HER, PURPOSE, Mine, Preview
from pages.ui import meant, purpose_terms, release_click, risk_results
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, mine: Mine) -> None:
    """The ground, what they will read, and the button."""
    if not ws.may(Permission.HAND_IN_RISK):
        return
    t, assessment_id = ws.words, mine.version.assessment.id
    st.header(t("first_pass.hand_in"))
    st.caption(t("first_pass.hand_in_help"))
    if mine.version.assessment.is_open:
        st.info(t("first_pass.hand_in_after"), icon=":material/history:")
    if st.session_state.get(_her_view(assessment_id)):
        st.warning(t("first_pass.her_view_open"), icon=":material/edit_note:")
        return
    draft = _draft(assessment_id)
    # Rows answer without running the page: what they will read is put together when somebody wants to look.
    looks = is_looked_at(assessment_id)
    if looks and mine.without_day:
        _say_days(ws, mine)
    if not looks or mine.without_day:
        st.button(
            t("first_pass.look_first"),
            icon=":material/visibility:",
            key=draft.key("look"),
            on_click=st.session_state.__setitem__,
            args=(draft.key("looks"), True),
        )
        return
    form = Kept(ws, f"hand_in:{assessment_id}", mine.version.case.id)
    terms = purpose_terms.ask(
        ws, form, mine.version.case.id, PURPOSE, draft, no_person=t("first_pass.no_person")
    )
    if terms is None:
        return
    seen = ws.read(first_passes.preview, assessment_id, terms=terms)
    st.subheader(t("first_pass.will_read"))
    _will_read(ws, mine, seen)
    _say_open(ws, mine)
    is_meant = meant.ask(ws, seen.found, draft, with_help=False)
    ws.slot("past")
    release_click.button(
        ws, mine.version.case.id, draft, t("first_pass.hand_in_now"), seen.digest, icon=":material/outbox:"
    )
    clicked = release_click.seen(ws, draft, terms)
    if clicked and ws.do(
        first_passes.hand_in, assessment_id, terms=terms, seen=clicked, names_are_meant=is_meant
    ):
        form.close(draft)
        waits = ws.read(first_passes.mine, assessment_id).is_waiting
        st.toast(t("first_pass.is_waiting" if waits else "first_pass.handed_in"))
        st.rerun()


def is_looked_at(assessment_id: UUID) -> bool:
    """Does what the other service will read, or what is missing for it, stand on the page?"""
    return bool(st.session_state.get(_draft(assessment_id).key("looks")))


def hold_her_view(assessment_id: UUID, *, is_open: bool) -> None:
    """Remember whether her own assessment stands in its fields and was not saved: it would not be handed in."""
    st.session_state[_her_view(assessment_id)] = is_open


def _her_view(assessment_id: UUID) -> str:
    return f"her_view_open:{assessment_id}"


def _draft(assessment_id: UUID) -> Draft:
    return open_new(f"hand_in:{assessment_id}")


def _say_days(ws: Workspace, mine: Mine) -> None:
    """What is past and has no day: said here, and not after everything else was read."""
    t = ws.words
    lines = [
        f"- {plain(risk_words.about(t, about))}: {plain(mine.version.list_of(about).item(item).title)}"
        for about, item in mine.without_day
    ]
    st.warning("\n".join([t("first_pass.days_missing"), "", *lines]), icon=":material/event:")


def _say_open(ws: Workspace, mine: Mine) -> None:
    """Of whom how many items are not answered: the other service cannot tell them from what is not known."""
    t, version = ws.words, mine.version
    left = [(one, len(version.list_of(one).items) - mine.answered(one)) for one in version.about]
    said = ", ".join(f"{risk_words.about(t, one)} {t.number(number)}" for one, number in left if number > 0)
    if said:
        st.warning(t("first_pass.left_open", left=plain(said)), icon=":material/rule:")


def _will_read(ws: Workspace, mine: Mine, seen: Preview) -> None:
    t = ws.words
    if seen.her_grade or seen.her_words:
        grade = t(f"risk.grade.{seen.her_grade}") if seen.her_grade else ""
        said = " · ".join(one for one in (grade, plain(seen.her_words)) if one)
        st.markdown(f"**{t('risk.her_view')}**: {said}")
    for one in seen.results:
        st.markdown(risk_results.line(ws, one))
    if not seen.told:
        st.markdown(t("first_pass.will_read_none"))
        return
    lines = [
        f"| {t('risk.about_label')} | {t('document.risk_record.item')} | {t('first_pass.answer')} |",
        "|---|---|---|",
    ]
    for row in seen.told:
        whom = t("risk.her") if row.about == HER else row.about
        title = mine.version.list_of(row.about).item(row.item).title
        said = " · ".join(plain(" ".join(one.split())) for one in risk_words.answer(t, row))
        lines.append(f"| {plain(whom)} | {plain(title)} | {said} |")
    st.markdown("\n".join(lines))
