"""One aim of Phase 1 on the screen: both views side by side, the outcome under them."""

from collections.abc import Mapping

import streamlit as st

from core.operations import cooperations
from core.operations.cooperations import Cooperation, Point, ServiceKind
from pages.ui import opened
from pages.ui import plain as typed
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

HEIGHTS = {"pp_said": 200, "vss_said": 200, "agreed": 120, "views_kept": 120}


def name(ws: Workspace, point: Point) -> str:
    """The title of a point, with a sign where it is discussed, and another where that has begun."""
    title = plain(point.title or ws.words("phase_1.open_questions"))
    if point.key == cooperations.OPEN_QUESTIONS:
        return title
    sign = ":material/check: " if point.is_discussed else ":material/pending: " if point.is_begun else ""
    return f"{sign}{title}"


def _lacks(ws: Workspace, cooperation: Cooperation, point: Point) -> str:
    """What is missing before a point that was begun counts as discussed."""
    t, services = ws.words, {"pp_said": cooperation.pp.name, "vss_said": cooperation.vss.name}
    missing = [
        t("phase_1.lacks_view", service=plain(services[field]))
        if field in services
        else t("phase_1.lacks_outcome")
        for field in point.lacks
    ]
    return t("phase_1.lacks", what="; ".join(missing))


def show(ws: Workspace, cooperation: Cooperation, point: Point) -> None:
    """The form of a point. Only what this person changed is saved, so that both teams can write at once."""
    t = ws.words
    draft = open_new(f"point:{cooperation.id}:{point.key}")
    #: What the form was opened with; somebody else's later text is shown beside it, never over it.
    seen = opened.seen_by(draft, point.texts)
    is_question = point.key == cooperations.OPEN_QUESTIONS
    with st.container(key="phase_1_point"):
        st.header(t("phase_1.open_questions") if is_question else plain(point.title))
        st.markdown(t("phase_1.open_questions_help") if is_question else plain(point.help))
        if point.is_begun and not is_question:
            st.caption(_lacks(ws, cooperation, point))
        form = Kept(ws, f"point:{cooperation.id}:{point.key}")
        with st.form(f"point:{point.key}", border=False):
            texts = (
                _questions(ws, form, draft, point, seen)
                if is_question
                else _fields(ws, form, draft, point, seen, cooperation)
            )
            save = st.form_submit_button(t("phase_1.save"), type="primary", icon=":material/save:")
            now = {field: point.texts[field] for field in texts}
            if any(seen[field] != now[field] for field in texts):
                # They send the form too: what is typed in it, and not sent, is known to nobody else.
                with st.container(horizontal=True):
                    st.form_submit_button(t("phase_1.keep_mine"), on_click=_keep, args=(draft, seen, now))
                    st.form_submit_button(
                        t("phase_1.take_theirs"), on_click=_take, args=(draft, seen, now, form)
                    )
    if save and ws.do(cooperations.write_point, cooperation.id, point=point.key, texts=texts, seen=seen):
        form.close(draft)
        st.toast(t("phase_1.saved"))
        st.rerun()


def _keep(draft: Draft, seen: Mapping[str, str], now: Mapping[str, str]) -> None:
    opened.keep_mine(draft.key, seen, now)
    opened.go_on_from(draft, {**seen, **now})


def _take(draft: Draft, seen: Mapping[str, str], now: Mapping[str, str], form: Kept) -> None:
    opened.take_theirs(draft.key, seen, now, form)
    opened.go_on_from(draft, {**seen, **now})


def _questions(
    ws: Workspace, form: Kept, draft: Draft, point: Point, seen: Mapping[str, str]
) -> dict[str, str]:
    return {"agreed": _field(ws, form, draft, point, seen, "agreed", ws.words("phase_1.open_questions"))}


def _fields(  # noqa: PLR0917
    ws: Workspace, form: Kept, draft: Draft, point: Point, seen: Mapping[str, str], cooperation: Cooperation
) -> dict[str, str]:
    t, texts = ws.words, {}
    sides = {
        "pp_said": (ServiceKind.PP, cooperation.pp.name),
        "vss_said": (ServiceKind.VSS, cooperation.vss.name),
    }
    for column, (field, (kind, service)) in zip(st.columns(2), sides.items(), strict=True):
        with column:
            label = t("phase_1.said", service=plain(service))
            if kind is ws.actor.kind:
                texts[field] = _field(ws, form, draft, point, seen, field, label)
            else:
                st.markdown(f"**{label}**")
                with st.container(border=True):
                    if point.texts[field]:
                        typed.show(point.texts[field])
                    else:
                        st.caption(t("phase_1.not_said"))
    for field in ("agreed", "views_kept"):
        texts[field] = _field(ws, form, draft, point, seen, field, t(f"phase_1.{field}"))
    return texts


def _field(  # noqa: PLR0917
    ws: Workspace,
    form: Kept,
    draft: Draft,
    point: Point,
    seen: Mapping[str, str],
    field: str,
    label: str,
) -> str:
    t = ws.words
    text = form.area(field, label, value=seen[field], key=draft.key(field), height=HEIGHTS[field])
    ws.slot(field)
    if point.texts[field] != seen[field]:
        st.caption(t("phase_1.theirs"))
        with st.container(border=True):
            typed.show(point.texts[field] or t("phase_1.emptied"))
    return text
