"""What is kept as evidence and where; and the reporting route of the country."""

from datetime import date
from uuid import UUID

import streamlit as st

from core.content import reporting_routes
from core.content.digital_violence import DigitalViolence, titled
from core.content.reporting_routes import Route
from core.models.digital import Evidence
from core.operations import digital_words, evidence, safety_plans
from core.operations.evidence import Kept as Piece
from core.operations.safety_plans import Standing
from pages.ui import overtaken, pickers
from pages.ui.draft import open_draft, open_either, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: The piece that is being changed: one at a time.
_EDITED = "evidence:edited"


def show(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    t = ws.words
    standing = ws.read(safety_plans.of_case, case_id)
    st.header(t("digital.evidence.title"))
    st.caption(t("digital.evidence.help"))
    found = ws.read(evidence.of_case, case_id)
    routes = reporting_routes.load(language=t.language)
    route = routes.route(standing.plan.route if standing.plan else "")
    if not found:
        st.markdown(f":gray[{t('digital.evidence.none')}]")
    for one in found:
        with st.container(border=True, key=f"card_evidence_{one.id}"):
            st.markdown(_said(ws, content, one))
            st.button(
                t("digital.plan.edit"),
                icon=":material/edit:",
                type="tertiary",
                key=f"edit:{one.id}",
                on_click=_edit,
                args=(one.id,),
            )
            if st.session_state.get(_EDITED) == one.id:
                _form(ws, case_id, content, route, one)
    with st.expander(
        t("digital.evidence.new"), icon=":material/add:", expanded=not found, key=f"new_evidence:{case_id}"
    ):
        _form(ws, case_id, content, route, None)
    _route(ws, case_id, standing, route)


def _edit(evidence_id: UUID) -> None:
    is_open = st.session_state.get(_EDITED) == evidence_id
    st.session_state[_EDITED] = None if is_open else evidence_id


def _said(ws: Workspace, content: DigitalViolence, one: Evidence) -> str:
    t = ws.words
    how = ", ".join(titled(content.keepings, key) for key in one.kept_how.split())
    lines = [f"**{plain(one.what)}**" + (f" · {t.day(one.happened_on)}" if one.happened_on else "")]
    lines.append(f"{t('digital.evidence.kept_where')}: {plain(one.kept_where)}")
    if how:
        lines.append(plain(how))
    whom = ", ".join(digital_words.stations(t, one))
    if whom:
        lines.append(t("digital.evidence.reported", whom=plain(whom), day=t.day(one.reported_on)))
    else:
        lines.append(f":gray[{t('digital.evidence.not_reported')}]")
    return "  \n".join(lines)


def _form(ws: Workspace, case_id: UUID, content: DigitalViolence, route: Route, one: Evidence | None) -> None:
    t = ws.words
    draft = open_draft(one) if one else open_new(f"evidence:{case_id}")
    form = Kept(ws, f"evidence:{one.id if one else case_id}", case_id)
    with st.form(draft.key("form"), border=False):
        what = form.area(
            "what",
            t("digital.evidence.what"),
            value=one.what if one else "",
            height=80,
            key=draft.key("what"),
        )
        ws.slot("what")
        left, right = st.columns([1, 2])
        with left:
            happened_on = _day(ws, "happened_on", draft.key("happened_on"), one)
        with right:
            kept_where = form.line(
                "kept_where",
                t("digital.evidence.kept_where"),
                value=one.kept_where if one else "",
                key=draft.key("kept_where"),
            )
            ws.slot("kept_where")
        keepings = {keeping.id: keeping.title for keeping in content.keepings}
        keepings |= {key: key for key in (one.kept_how.split() if one else ()) if key not in keepings}
        kept_how = st.pills(
            t("digital.evidence.kept_how"),
            list(keepings),
            selection_mode="multi",
            wrap=True,
            default=[key for key in keepings if one and key in one.kept_how.split()],
            format_func=keepings.__getitem__,
            key=draft.key("kept_how"),
        )
        stations = _stations(ws, route, one)
        reported_to = st.pills(
            t("digital.evidence.reported_to"),
            list(stations),
            selection_mode="multi",
            wrap=True,
            default=[key for key in stations if one and key in one.reported_to.split()],
            format_func=stations.__getitem__,
            key=draft.key("reported_to"),
        )
        ws.slot("reported_to")
        reported_on = _day(ws, "reported_on", draft.key("reported_on"), one)
        save = st.form_submit_button(
            t("digital.evidence.save" if one else "digital.evidence.add"), type="primary"
        )
    piece = Piece(what, happened_on, kept_where, kept_how, reported_to, reported_on)
    if save and (
        ws.do(evidence.revise, one.id, kept=piece, version=draft.version)
        if one
        else ws.do(evidence.note, case_id, kept=piece)
    ):
        form.close(draft)
        st.session_state[_EDITED] = None
        st.toast(t("common.saved"))
        st.rerun()
    if one is not None:
        overtaken.show(ws, one, draft, form)


def _day(ws: Workspace, name: str, key: str, one: Evidence | None) -> date | None:
    found = pickers.day(
        ws.words,
        ws.words(f"digital.evidence.{name}"),
        value=getattr(one, name) if one else None,
        key=key,
    )
    ws.slot(name)
    return found


def _stations(ws: Workspace, route: Route, one: Evidence | None) -> dict[str, str]:
    """Those of the route, and those of another one to which it was reported already."""
    stations = {station.id: station.title for station in route.stations}
    if one is not None:
        said = zip(one.reported_to.split(), digital_words.stations(ws.words, one), strict=True)
        stations |= {key: title for key, title in said if key not in stations}
    return stations


def _route(ws: Workspace, case_id: UUID, standing: Standing, route: Route) -> None:
    """The stations of the country that was chosen."""
    t = ws.words
    content = reporting_routes.load(language=t.language)
    titles = {one.id: one.title for one in content.routes}
    st.header(t("digital.evidence.route"))
    chosen = st.selectbox(
        t("digital.evidence.country"),
        list(titles),
        index=list(titles).index(route.id),
        format_func=titles.__getitem__,
        key=f"route:{case_id}:{standing.version}",
        width=320,
    )
    if chosen != route.id and ws.do(
        safety_plans.choose_route, case_id, route=chosen, version=standing.version
    ):
        measures = open_either(f"safety_plan:{case_id}", standing.plan)
        if measures.version == standing.version:  # the route is no colleague's text in their place
            measures.close()
        st.rerun()
    st.markdown(content.note)
    st.markdown("\n".join(f"1. **{plain(one.title)}**: {plain(one.help)}" for one in route.stations))
    st.caption(plain(route.source))
