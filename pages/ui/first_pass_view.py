"""Around the items of a first pass: whom they are about, whether a child takes part, her own assessment, what was handed in."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from core.content.risk_checklists import Checklist
from core.models.first_pass import FirstAnswer, FirstPass
from core.models.service import ServiceKind
from core.operations import first_passes
from core.operations.first_passes import HER, Mine, RiskGrade
from pages.ui import risk_hand_in
from pages.ui.draft import Draft
from pages.ui.first_pass_items import about_words, said
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def _key(mine: Mine) -> str:
    return f"first_pass:about:{mine.version.assessment.id}"


def choose(ws: Workspace, mine: Mine) -> str:
    """Whom the list is answered for."""
    about = mine.version.about
    if len(about) == 1:
        return HER
    key = _key(mine)
    if (following := st.session_state.pop(f"next:{key}", None)) is not None:
        st.session_state[key] = following
    return str(
        st.segmented_control(
            ws.words("risk.about_label"),
            list(about),
            default=None if key in st.session_state else HER,
            required=True,
            format_func=lambda one: about_words(ws, one),
            key=key,
        )
    )


def next_one(ws: Workspace, mine: Mine, about: str) -> None:
    """The way to the next person without going back up."""
    people = mine.version.about
    place = people.index(about) + 1
    if place < len(people):
        st.button(
            ws.words("first_pass.next", about=plain(about_words(ws, people[place]))),
            icon=":material/arrow_forward:",
            key=f"first_pass:next:{about}",
            on_click=st.session_state.__setitem__,
            args=(f"next:{_key(mine)}", people[place]),
        )


def part(ws: Workspace, mine: Mine, about: str) -> bool:
    """Ask first whether the child takes part, and have the four principles confirmed; may its items be answered?"""
    if about == HER:
        return True
    t, assessment_id = ws.words, mine.version.assessment.id
    known = mine.parts.get(about)
    version = known.version if known else 0
    # With what a colleague has said since the question begins anew: an old answer that stands here still says nothing.
    key = f"first_pass:part:{assessment_id}:{about}:{version}"
    if known is not None and known.takes_part:
        st.success(t("first_pass.part_done"), icon=":material/verified_user:")
    takes_part = st.radio(
        t("first_pass.part"),
        [False, True],
        index=None if known is None else int(known.takes_part),
        format_func=lambda one: t("first_pass.part_yes" if one else "first_pass.part_no"),
        horizontal=True,
        key=key,
    )
    if takes_part is None or (known is not None and known.takes_part == takes_part):
        return known is not None
    confirmed: list[str] = []
    if takes_part:
        st.caption(t("first_pass.part_help"))
        for one in mine.version.of_children.principles:
            label = f"**{plain(one.title)}**: {plain(one.help)}"
            if st.checkbox(label, key=f"{key}:{one.id}"):
                confirmed.append(one.id)
        ws.slot("confirmed")
        if not st.button(t("first_pass.part_save"), type="primary", key=f"{key}:save"):
            return False
    if ws.do(
        first_passes.say_part,
        assessment_id,
        about=about,
        takes_part=takes_part,
        confirmed=confirmed,
        version=version,
    ):
        st.rerun()
    return False


def her_view(ws: Workspace, mine: Mine) -> None:
    """How she herself sees it: asked by her service alone."""
    if ws.actor.kind is not ServiceKind.VSS:
        return
    t, own = ws.words, mine.first_pass
    assessment_id = mine.version.assessment.id
    st.header(t("first_pass.her_view"))
    st.caption(t("first_pass.her_view_ask"))
    # Answering an item makes the first pass while the form is open: one that is not there yet counts as its beginning.
    draft = _draft(assessment_id, own.version if own else 1)
    grades: list[RiskGrade | None] = [None, *RiskGrade]
    form = Kept(ws, f"her_view:{assessment_id}", mine.version.case.id)
    with st.container(key=f"her_view_{assessment_id}"):
        grade = st.radio(
            t("first_pass.her_grade"),
            grades,
            index=grades.index(own.her_grade if own else None),
            format_func=lambda one: t(f"risk.grade.{one}") if one else t("first_pass.her_grade_none"),
            horizontal=True,
            key=draft.key("grade"),
        )
        words = form.area(
            "words",
            t("first_pass.her_words"),
            value=own.her_words if own else "",
            height=80,
            key=draft.key("words"),
        )
        ws.slot("her_words")
        stays = st.checkbox(
            t("first_pass.stays"),
            value=bool(own and own.her_view_stays),
            help=t("first_pass.stays_help"),
            key=draft.key("stays"),
        )
        save = st.button(t("first_pass.her_view_save"), key=draft.key("save"))
    if save and ws.do(
        first_passes.write_her_view,
        assessment_id,
        grade=grade,
        words=words,
        stays=stays,
        version=draft.version,
    ):
        form.close(draft)
        risk_hand_in.hold_her_view(assessment_id, is_open=False)
        st.toast(t("first_pass.her_view_saved"))
        st.rerun()
    kept = (own.her_grade, own.her_words, own.her_view_stays) if own else (None, "", False)
    risk_hand_in.hold_her_view(assessment_id, is_open=(grade, words.strip(), stays) != kept)
    if own is not None and own.version != draft.version:
        said = t(f"risk.grade.{own.her_grade}") if own.her_grade else t("first_pass.her_grade_none")
        st.markdown(f"**{t('common.theirs')}** {said} {plain(own.her_words)}")
        st.button(
            t("common.take_theirs"),
            on_click=form.close,
            args=(draft,),
            key=f"theirs:her_view:{assessment_id}",
        )


def _draft(assessment_id: UUID, version: int) -> Draft:
    """What her own assessment was opened with."""
    slot = f"draft:her_view:{assessment_id}"
    return Draft(slot, st.session_state.setdefault(slot, version))


def handed_in(ws: Workspace, mine: Mine) -> None:
    """What stands now, and the way to take it back."""
    t = ws.words
    if mine.ended_on is not None:
        st.warning(t("first_pass.is_over", day=t.day(mine.ended_on)), icon=":material/event_busy:")
    elif mine.is_waiting:
        st.warning(t("first_pass.is_waiting"), icon=":material/hourglass_top:")
    else:
        st.success(t("first_pass.is_in"), icon=":material/check:")
    _take_back(ws, mine)
    for about in mine.version.about:
        st.header(plain(about_words(ws, about)))
        st.markdown(table(ws, mine.version.list_of(about), about, mine.answers))
    her_own(ws, mine.first_pass)


def _take_back(ws: Workspace, mine: Mine) -> None:
    t = ws.words
    if not mine.may_take_back:
        st.caption(t("first_pass.stays_open"))
        return
    if mine.version.assessment.is_open:
        st.caption(t("first_pass.take_back_open"))
    if st.button(t("first_pass.take_back"), icon=":material/undo:", key="first_pass:take_back") and ws.do(
        first_passes.take_back, mine.version.assessment.id
    ):
        st.toast(t("first_pass.taken_back"))
        st.rerun()


def table(ws: Workspace, asked: Checklist, about: str, answers: Mapping[tuple[str, str], FirstAnswer]) -> str:
    """What our file holds of each item, with all that stands beside the answer."""
    t = ws.words
    lines = [f"| {t('document.risk_record.item')} | {t('first_pass.answer')} |", "|---|---|"]
    for item in asked.items:
        row = answers.get((about, item.id))
        parts = said(ws, row) if row else [t("first_pass.not_answered")]
        answer = " · ".join(plain(" ".join(part.split())) for part in parts)
        lines.append(f"| {plain(item.title)} | {answer} |")
    return "\n".join(lines)


def her_own(ws: Workspace, own: FirstPass | None) -> None:
    """What our file holds of how she herself sees it."""
    t = ws.words
    if own is None or not (own.her_grade or own.her_words):
        return
    parts = [t(f"risk.grade.{own.her_grade}") if own.her_grade else "", own.her_words]
    if own.her_view_stays:
        parts.append(t("first_pass.stays"))
    st.markdown(f"**{t('first_pass.her_view')}**: {plain(' · '.join(part for part in parts if part))}")
