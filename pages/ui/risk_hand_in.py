"""Handing a first pass in: one release for the whole assessment, after a look at what the other service will read."""

import streamlit as st

from core.access import Permission
from core.models.case import SubjectKind
from core.models.consent import ConsentState
from core.models.service import ServiceKind
from core.operations import consents, first_passes, risk_words
from core.operations.consents import Standing
from core.operations.first_passes import HER, PURPOSE, Mine, Preview
from core.operations.releases import Basis, Terms
from pages.ui import release_terms
from pages.ui.draft import Draft, open_new
from pages.ui.plain import in_label, plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def show(ws: Workspace, mine: Mine) -> None:
    """The ground, what they will read, and the button."""
    if not ws.may(Permission.HAND_IN_RISK):
        return
    t, assessment_id = ws.words, mine.version.assessment.id
    st.header(t("first_pass.hand_in"))
    st.caption(t("first_pass.hand_in_help"))
    draft = open_new(f"hand_in:{assessment_id}")
    # Rows answer without running the page: what they will read is put together when somebody wants to look.
    if not st.session_state.get(draft.key("looks")):
        st.button(
            t("first_pass.look_first"),
            icon=":material/visibility:",
            key=draft.key("look"),
            on_click=st.session_state.__setitem__,
            args=(draft.key("looks"), True),
        )
        return
    terms = _terms(ws, mine, draft)
    if terms is None:
        return
    seen = ws.read(first_passes.preview, assessment_id, terms=terms)
    st.subheader(t("first_pass.will_read"))
    _will_read(ws, mine, seen)
    meant = _meant(ws, seen, draft)
    ws.slot("past")
    # The click holds the preview: what was answered since, and not looked at, is not handed in.
    st.button(
        t("first_pass.hand_in_now"),
        type="primary",
        icon=":material/outbox:",
        key=draft.key(seen.digest),
        on_click=st.session_state.__setitem__,
        args=(draft.key("seen"), seen.digest),
    )
    clicked = st.session_state.pop(draft.key("seen"), None)
    if clicked and ws.do(
        first_passes.hand_in, assessment_id, terms=terms, seen=clicked, names_are_meant=meant
    ):
        draft.close()
        st.toast(t("first_pass.handed_in"))
        st.rerun()


def _terms(ws: Workspace, mine: Mine, draft: Draft) -> Terms | None:
    """On whose consent, or on which ground, it leaves; None where the file knows nobody whom it is about."""
    t, case_id = ws.words, mine.version.case.id
    wanted = SubjectKind.HER if ws.actor.kind is ServiceKind.VSS else SubjectKind.HIM
    standings = [
        one
        for one in ws.read(consents.of_file, case_id)
        if one.subject.kind is wanted and one.purpose == PURPOSE
    ]
    if not standings:
        st.info(t("first_pass.no_person"), icon=":material/person_add:")
        st.page_link(page_file("file"), label=t("page.file"), query_params={"case": str(case_id)})
        return None
    found = standings[0]
    is_live = release_terms.say_consent(ws, found, case_id)
    ws.slot("about")
    chosen = st.radio(
        t("share.basis"),
        list(Basis),
        index=0 if is_live else None,
        format_func=lambda basis: t(f"release.basis.{basis}"),
        horizontal=True,
        key=draft.key(f"basis:{is_live}"),
    )
    ws.slot("basis")
    reason, nothing_excepted = _beside(ws, found, chosen, draft, is_live=is_live)
    return Terms(
        found.subject.id, PURPOSE, chosen or Basis.CONSENT, reason, nothing_excepted=nothing_excepted
    )


def _beside(
    ws: Workspace, found: Standing, chosen: Basis | None, draft: Draft, *, is_live: bool
) -> tuple[str, bool]:
    """What a ground without consent, or consent with exceptions, asks beside it."""
    t = ws.words
    if chosen not in {None, Basis.CONSENT}:
        reason = st.text_area(t("share.reason"), key=draft.key("reason"), height=80)
        ws.slot("reason")
        if ws.actor.kind is ServiceKind.VSS:
            st.info(t("share.second_person"), icon=":material/group:")
        return reason, False
    if is_live and found.state is ConsentState.GIVEN_EXCEPT:
        said = st.checkbox(t("share.nothing_excepted"), key=draft.key("nothing_excepted"))
        ws.slot("nothing_excepted")
        return "", said
    return "", False


def _will_read(ws: Workspace, mine: Mine, seen: Preview) -> None:
    t = ws.words
    if seen.her_grade or seen.her_words:
        grade = t(f"risk.grade.{seen.her_grade}") if seen.her_grade else ""
        st.markdown(f"**{t('risk.her_view')}**: {grade} {plain(seen.her_words)}")
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


def _meant(ws: Workspace, seen: Preview, draft: Draft) -> bool:
    """Each hit that would say who or where somebody is must be meant."""
    if not seen.found:
        return False
    t = ws.words
    st.warning(t("share.found"), icon=":material/person_alert:")
    ticks = [
        st.checkbox(
            in_label(f"{found.value} ({', '.join(filter(None, (t(f'subject.{found.field}'), found.code)))})"),
            key=draft.key(f"meant:{found.field}:{found.value}"),
        )
        for found in seen.found
    ]
    ws.slot("names_are_meant")
    return all(ticks)
