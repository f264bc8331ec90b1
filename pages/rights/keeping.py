"""For those who answer for records and rights: what is due, erasures, requests, opened files, the times that hold, and leaving."""

import streamlit as st

from core.operations import break_glass, due_cases, erasures, person_requests, rights_today
from core.operations.erasures import ErasureGround
from pages.ui import (
    break_glass_view,
    erasing,
    former_people_view,
    person_request_view,
    service_export_view,
)
from pages.ui.plain import plain
from pages.ui.workspace import workspace

#: Each case that is shown is looked through as a whole.
AT_A_TIME = 10

ws = workspace()
t = ws.words

st.title(t("page.keeping"))
st.caption(t("keeping.help"))
waiting = ws.read(rights_today.waiting)
view = st.segmented_control(
    t("keeping.view_label"),
    ["due", "erasures", "requests", "opened", "staff", "periods", "leaving"],
    default=next(iter(waiting), "due"),
    format_func=lambda one: t(f"keeping.view.{one}") + (f" ({waiting[one]})" if one in waiting else ""),
    key="keeping:view",
    required=True,
    label_visibility="collapsed",
)

if view == "due":
    shown = st.session_state.setdefault("keeping:shown", AT_A_TIME)
    found = ws.read(due_cases.list_due, most=shown + 1)
    if not found:
        st.info(t("keeping.nothing_due"))
    for one in found[:shown]:
        parts = [due.part.id for due in one.parts]
        free = [due.part.id for due in one.parts if due.hold is None and not due.is_held_elsewhere]
        with st.container(border=True, key=f"card_due_{one.case.id}"):
            st.markdown(t("keeping.case", code=plain(one.case.code), day=t.day(one.case.closed_on)))
            st.markdown("\n".join(f"- {erasing.due_line(ws, due)}" for due in one.parts))
            if any(due.is_held_elsewhere for due in one.parts):
                st.caption(t("hold.elsewhere"))
            if one.forbidding:
                erasing.says_open(ws, one.forbidding)
            erasing.kept(ws, one.case.id)
            with st.container(horizontal=True):
                erasing.keep(ws, one.case.id, parts, key="due")
                if free and not one.forbidding:
                    erasing.ask(ws, one.case.id, free, [ErasureGround.TIME_IS_OVER], key="due")
    if len(found) > shown and st.button(t("keeping.more"), icon=":material/expand_more:"):
        st.session_state["keeping:shown"] = shown + AT_A_TIME
        st.rerun()
    st.caption(t("keeping.sealed"))
elif view == "erasures":
    erasing.listed(ws, ws.read(erasures.list_all))
elif view == "requests":
    person_request_view.register(ws, ws.read(person_requests.register))
elif view == "opened":
    break_glass_view.listed(ws, ws.read(break_glass.list_all))
elif view == "staff":
    former_people_view.show(ws)
elif view == "leaving":
    service_export_view.show(ws)
else:
    erasing.periods(ws)
