"""Approvals that a change has ended: whose, since when, through whom, what says something else, and what to do."""

import streamlit as st

from core.operations import agreement_texts, agreements
from core.operations.agreement_lapses import Lapse
from core.operations.agreement_reading import Opened
from pages.ui import agreement_versions
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: So many headings are named; the comparison below shows all.
_NAMED = 5


def show(ws: Workspace, opened: Opened) -> None:
    """One notice a side, on the draft and where it stands."""
    for lapse in opened.lapses:
        st.warning(_notice(ws, opened, lapse), icon=":material/history:")
        with st.expander(ws.words("agreement.lapsed_see"), icon=":material/difference:"):
            lines = ws.read(
                agreement_texts.compare, opened.agreement.id, older=lapse.number, newer=opened.number
            )
            agreement_versions.changes(ws, lines)


def _notice(ws: Workspace, opened: Opened, lapse: Lapse) -> str:
    t = ws.words
    said = t(
        "agreement.lapsed",
        service=plain(lapse.service),
        name=plain(lapse.name),
        number=lapse.number,
        at=t.moment(lapse.since),
        by=plain(lapse.changed_by),
        through=lapse.through,
    )
    named = "; ".join(lapse.changed[:_NAMED]) + (" …" if len(lapse.changed) > _NAMED else "")
    what = t("agreement.lapsed_what", what=plain(named)) if named else t("agreement.lapsed_order")
    return f"{said} {what}\n\n{t(_to_do(ws, opened, lapse), number=opened.number)}"


def _to_do(ws: Workspace, opened: Opened, lapse: Lapse) -> str:
    """Who reads it: of the side that has to approve again, or of the other."""
    if lapse.service_id != ws.actor.service_id:
        return "agreement.lapsed_theirs"
    is_theirs = ws.may(agreements.approving(opened.agreement.level))
    if not is_theirs:
        return "agreement.lapsed_others_decide"
    return "agreement.lapsed_ours" if opened.is_complete else "agreement.lapsed_ours_needs"
