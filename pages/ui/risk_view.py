"""Around a joint risk assessment: beginning one, how it stands, opening the first passes, comparing and finishing."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core import clock
from core.access import Permission
from core.models.case import Case
from core.models.service import ServiceKind
from core.operations import (
    risk_assessments,
    risk_boards,
    risk_documents,
    risk_levels,
    risk_occasions,
    risk_words,
)
from core.operations.phases import Link
from core.operations.risk_assessments import Occasion, RiskAssessment
from core.operations.risk_boards import Board, Line
from core.operations.risk_levels import Standing
from pages.ui import behind, last_look, risk_follow
from pages.ui.draft import Draft, open_new
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def begin(ws: Workspace, case: Case, versions: Sequence[RiskAssessment]) -> None:
    """The form of a new version, where none is running."""
    t = ws.words
    if not versions:
        st.info(t("risk.none"), icon=":material/crisis_alert:")
    may_begin = ws.may(Permission.ASSESS_RISK) and case.closed_on is None
    if versions and not versions[0].is_finished:
        _begun_meanwhile(ws, case, versions[0])
        return
    if not may_begin:
        return
    label = t("risk.begin_again" if versions else "risk.begin")
    with st.expander(label, icon=":material/add:", expanded=not versions):
        st.caption(t("risk.begin_help"))
        draft = open_new(f"risk:{case.id}")
        with st.form(f"risk_begin_{draft.version}", border=False):
            occasion = _occasion(ws, case, draft, is_first=not versions)
            if draft.key("children") not in st.session_state:
                proposed = ws.read(risk_assessments.proposed_children, case.id)
                st.session_state[draft.key("children")] = "\n".join(proposed)
            children = st.text_area(
                t("risk.children"), height=90, help=t("risk.children_help"), key=draft.key("children")
            )
            ws.slot("children")
            save = st.form_submit_button(t("risk.begin_now"), type="primary")
            _own_children(ws, case, draft)
        if save and ws.do(risk_assessments.begin, case.id, occasion=occasion, children=children.splitlines()):
            draft.close()
            st.toast(t("risk.begun"))
            st.rerun()


def _begun_meanwhile(ws: Workspace, case: Case, running: RiskAssessment) -> None:
    """To whom filled in the form that is gone now: who was first, and for which occasion."""
    if open_new(f"risk:{case.id}").is_left:
        return
    t, name = ws.words, ws.read(risk_assessments.names, [running.begun_by]).get(running.begun_by, "")
    occasion = t(f"risk.occasion.{running.occasion}")
    st.info(
        t("risk.begun_meanwhile", name=plain(name), number=running.number, occasion=occasion),
        icon=":material/group:",
    )


def _occasion(ws: Workspace, case: Case, draft: Draft, *, is_first: bool) -> Occasion | None:
    """Why it is made. Both services read it, so what her service alone knows is no occasion to choose."""
    t, found = ws.words, ws.read(risk_occasions.offered, case.id)
    occasions = [one for one in found if is_first or one is not Occasion.FIRST]
    occasion = st.radio(
        t("risk.occasion_label"),
        occasions,
        index=0 if is_first else None,
        format_func=lambda one: t(f"risk.occasion.{one}"),
        horizontal=True,
        key=draft.key("occasion"),
    )
    if ws.actor.kind is ServiceKind.VSS:
        st.caption(t("risk.occasion_read"))
    ws.slot("occasion")
    return occasion


def _own_children(ws: Workspace, case: Case, draft: Draft) -> None:
    """The codes of one's own file, on a click of one's own: how many children she has is read by the other service."""
    own = ws.read(risk_assessments.own_children, case.id)
    if not own:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="risk_own_children"):
        # It sends the form: what was typed there and not sent would come back over the codes at the next click.
        st.form_submit_button(
            ws.words("risk.own_children"),
            icon=":material/child_care:",
            on_click=st.session_state.__setitem__,
            args=(draft.key("children"), "\n".join(own)),
        )
        st.caption(ws.words("risk.own_children_help"))


def choose(ws: Workspace, versions: Sequence[RiskAssessment]) -> RiskAssessment:
    """Which version is shown: the newest, unless somebody asks for an earlier one."""
    if len(versions) == 1:
        return versions[0]
    by_id = {one.id: one for one in versions}
    chosen = st.selectbox(
        ws.words("risk.versions"),
        list(by_id),
        format_func=lambda one: _version(ws, by_id[one]),
        key=f"risk:version:{versions[0].id}",
    )
    return by_id[chosen]


def _version(ws: Workspace, one: RiskAssessment) -> str:
    t = ws.words
    occasion = t(f"risk.occasion.{one.occasion}")
    return t("risk.version_of", number=one.number, day=t.day(clock.day(one.created_at)), occasion=occasion)


def head(ws: Workspace, board: Board, levels: Standing, *, is_only: bool) -> None:
    """How it stands, in one line, and what the page is not."""
    t, found = ws.words, board.version.assessment
    with st.container(horizontal=True, vertical_alignment="center", key="risk_head"):
        if is_only:
            st.badge(_version(ws, found), color="gray")
        if levels.here is not None:
            said = t("risk.level_holds", grade=t(f"risk.grade.{levels.here.grade}"))
        elif levels.holds is not None:
            said = t("risk.level_before", grade=t(f"risk.grade.{levels.holds.grade}"))
        else:
            said = t("risk.level_none")
        st.markdown(f"**{said}**", width="content")
        if found.finished_at is not None:
            by = plain(board.people.get(found.finished_by, "")) if found.finished_by else ""
            said = t("risk.finished_on", day=t.day(clock.day(found.finished_at)), person=by)
            st.markdown(said, width="content")
    st.caption(t("risk.purpose"))


def to_first_pass(ws: Workspace, case_id: UUID) -> None:
    """The way to what the own file holds, which needs no joint space to be open."""
    if ws.may(Permission.READ_FILE):
        own = {"case": str(case_id)}
        link_to(Link("first_pass", own), ws.words("risk.to_first_pass"), icon=":material/lock:")


def sides(ws: Workspace, board: Board) -> None:
    """Which side has handed in, the way to the own first pass, and opening both."""
    t, version = ws.words, board.version
    cooperation, found = version.case.cooperation, version.assessment
    st.header(t("risk.sides"))
    with st.container(horizontal=True, vertical_alignment="center", key="risk_sides"):
        for service, is_in in ((cooperation.pp, version.pp_is_in), (cooperation.vss, version.vss_is_in)):
            key, icon = ("risk.side_in", "check_circle") if is_in else ("risk.side_waits", "hourglass_top")
            st.markdown(f":material/{icon}: {t(key, service=plain(service.name))}", width="content")
        to_first_pass(ws, version.case.id)
    if not ws.may(Permission.ASSESS_RISK):
        return
    if not version.is_in(ws.actor.kind):
        st.caption(t("risk.own_first"))
        return
    if version.both_are_in:
        st.caption(t("risk.open_help"))
        clicked = st.button(
            t("risk.open_both"), type="primary", icon=":material/compare_arrows:", key="risk:open"
        )
    else:
        # Not by one click beside the others: nobody closes again what was opened.
        waits = cooperation.vss if version.pp_is_in else cooperation.pp
        with st.popover(t("risk.open_now"), icon=":material/compare_arrows:"):
            st.markdown(t("risk.open_alone_help", service=plain(waits.name)))
            clicked = st.button(t("risk.open_now_sure"), key="risk:open")
    if clicked and ws.do(risk_assessments.open_passes, found.id, version_=found.version):
        st.toast(t("risk.opened"))
        st.rerun()


def handed_in(ws: Workspace, board: Board) -> None:
    """When each side handed in, where both look: who wrote after reading the other's answers; and the way to the own."""
    lines = [plain(one) for one in risk_words.handed_in(ws.words, board)]
    st.caption("  \n".join(lines))
    to_first_pass(ws, board.version.case.id)


def about(ws: Workspace, board: Board) -> str:
    """Whose list is on the screen."""
    people = board.version.about
    if len(people) == 1:
        return people[0]
    chosen = st.segmented_control(
        ws.words("risk.about_label"),
        list(people),
        default=people[0],
        required=True,
        format_func=lambda one: _about(ws, board, one),
        key=f"risk:about:{board.version.assessment.id}",
    )
    return str(chosen)


def _about(ws: Workspace, board: Board, about: str) -> str:
    """Who it is, and on how many items the two first passes differ: a difference about a child waits behind no click."""
    said, number = risk_words.about(ws.words, about), board.differing(about)
    return ws.words.count("risk.about_differs", number, about=said) if number else said


def foot(ws: Workspace, board: Board, versions: Sequence[RiskAssessment]) -> None:
    """Compare with another version, take the record along, finish."""
    t, found = ws.words, board.version.assessment
    if len(versions) > 1:
        box = behind.box(t("risk.compare"), key=f"risk:comparing:{found.id}", icon=":material/compare:")
        if box is not None:
            with box:
                _compare(ws, board, [one for one in versions if one.id != found.id])
    risk_follow.follow(ws, found.id, is_open=found.is_open and not found.is_finished)
    with st.container(horizontal=True, vertical_alignment="center", key="risk_foot"):
        last_look.offer(
            ws,
            t("risk.word"),
            risk_documents.document.of(found.id, words=t),
            file_name="risk-assessment.docx",
            key="risk:word",
        )
        if ws.may(Permission.CHOOSE_LEVEL) and found.is_open and not found.is_finished:
            _finish(ws, board)
    st.caption(t("risk.word_note"))


def _finish(ws: Workspace, board: Board) -> None:
    """For good, so what is not settled, and whose answers would come too late, is said before the click."""
    t, found, missing = ws.words, board.version.assessment, board.version.missing
    service = plain(", ".join(one.name for one in missing))
    with st.popover(t("risk.finish"), icon=":material/lock:"):
        st.markdown(t("risk.finish_help"))
        left = [(risk_words.about(t, one), board.left(one)) for one in board.version.about]
        if unsettled := ", ".join(f"{whom} {t.number(number)}" for whom, number in left if number):
            st.warning(t("risk.finish_left", left=plain(unsettled)), icon=":material/rule:")
        if missing:
            st.markdown(t("risk.finish_without_help", service=service))
        elif board.wanted:
            items = plain(", ".join(one.item.title for one in board.wanted))
            st.markdown(t("risk.finish_wanted", items=items))
        label = t("risk.finish_without", service=service) if missing else t("risk.finish_sure")
        clicked = st.button(label, key="risk:finish")
    if clicked and ws.do(risk_levels.finish, found.id, version_=found.version, without_a_side=bool(missing)):
        st.rerun()


def _compare(ws: Workspace, board: Board, others: Sequence[RiskAssessment]) -> None:
    t, found = ws.words, board.version.assessment
    by_id = {one.id: one for one in others}
    other = st.selectbox(
        t("risk.compare_with"),
        list(by_id),
        format_func=lambda one: _version(ws, by_id[one]),
        key=f"risk:compare:{found.id}",
    )
    pairs = ws.read(risk_boards.compare, found.id, other)
    heads = (
        t("risk.about_label"),
        t("document.risk_record.item"),
        t("risk.version", number=by_id[other].number),
        t("risk.version", number=found.number),
        t("risk.compare_changed"),
    )
    before, now = (_level(ws, board, one) for one in (other, found.id))
    rows = [("", t("risk.level"), before, now, _changed(ws, is_changed=before != now))]
    rows += [
        (
            plain(risk_words.about(t, pair.line.about)),
            plain(pair.line.item.title),
            _held(ws, pair.there),
            _held(ws, pair.here),
            _changed(ws, is_changed=pair.has_changed),
        )
        for pair in pairs
    ]
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
    st.markdown("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]))


def _changed(ws: Workspace, *, is_changed: bool) -> str:
    return f"**{ws.words('risk.compare_changed')}**" if is_changed else ""


def _level(ws: Workspace, board: Board, assessment_id: UUID) -> str:
    """The level of a version: how high, why, and who chose it and agreed."""
    t, level = ws.words, ws.read(risk_levels.of_assessment, assessment_id).here
    if level is None:
        return t("risk.level_none")
    cooperation = board.version.case.cooperation
    sides = {one.id: one.name for one in (cooperation.pp, cooperation.vss)}
    names = ws.read(risk_assessments.names, [level.chosen_by, level.agreed_by])
    why = [level.reason, level.below_reason, risk_words.level_by(t, level, names, sides)]
    said = " · ".join(plain(" ".join(one.split())) for one in why if one)
    return f"**{t(f'risk.grade.{level.grade}')}** · {said}"


def _held(ws: Workspace, line: Line | None) -> str:
    if line is None:
        return ws.words("risk.compare_absent")
    return plain(risk_words.settlement(ws.words, line.now)[0])
