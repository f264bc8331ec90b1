"""He came back: on what, and whether T0 and T1 begin anew; for the programme alone."""

from datetime import timedelta

import streamlit as st

from core import clock
from core.access import Permission
from core.models.case import Case, PathEntry
from core.models.service import ServiceKind
from core.operations import reentries
from pages.ui import pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, case: Case) -> None:
    """What was decided of each time that he came back, and the question where nobody has."""
    if ws.actor.kind is not ServiceKind.PP or not ws.may(Permission.READ_FILE):
        return
    t = ws.words
    open_ones = ws.read(reentries.undecided, case.id)
    decided = ws.read(reentries.of_case, case.id)
    if not open_ones and not decided:
        return
    st.header(t("reentry.title"))
    if ws.may(Permission.WRITE_FILE) and case.closed_on is None:
        for entry in open_ones:
            _decide(ws, case, entry)
    for reentry, entry in decided:
        key = "reentry.anew" if reentry.begins_anew else "reentry.goes_on"
        st.markdown(f"**{t.day(entry.happened_on)}** · {t(key)}  \n{plain(reentry.conditions)}")


def _decide(ws: Workspace, case: Case, entry: PathEntry) -> None:
    t = ws.words
    draft = open_new(f"reentry:{entry.id}")
    form = Kept(ws, f"reentry:{entry.id}", case.id)
    with st.container(border=True, key=f"card_reentry_{entry.id}"):
        st.warning(t("reentry.ask", day=t.day(entry.happened_on)), icon=":material/keyboard_return:")
        begins_anew = st.radio(
            t("reentry.begins"),
            [True, False],
            index=None,
            format_func=lambda found: t("reentry.anew" if found else "reentry.goes_on"),
            key=draft.key("anew"),
        )
        ws.slot("begins_anew")
        days = {}
        if begins_anew:
            st.caption(t("reentry.anew_help"))
            for (label, later), place in zip((("T0", 0), ("T1", 14)), st.columns(2), strict=True):
                with place:
                    days[label] = pickers.day(
                        t,
                        t("reentry.on", label=label),
                        value=clock.today() + timedelta(days=later),
                        key=draft.key(label),
                    )
                    ws.slot(label)
        conditions = form.area(
            "conditions",
            t("reentry.conditions"),
            help=t("reentry.conditions_help"),
            height=90,
            key=draft.key("conditions"),
        )
        ws.slot("conditions")
        save = st.button(t("reentry.save"), type="primary", key=draft.key("save"))
    if save and ws.do(
        reentries.decide,
        entry.id,
        begins_anew=begins_anew,
        conditions=conditions,
        t0_on=days.get("T0"),
        t1_on=days.get("T1"),
    ):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
