"""Digital safety: at the victim support service the map, the steps, what was found and the plan; at the programme its own part."""

import streamlit as st

from core.content import digital_violence
from core.content.protocols import Side
from core.operations import cases, digital_steps
from pages.ui import (
    case_head,
    digital_evidence,
    digital_found,
    digital_his,
    digital_map,
    digital_parts,
    digital_plan,
    digital_steps_view,
)
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "digital")
steps = ws.read(digital_steps.mine, case.id)
is_hers = cases.side_of(ws.actor) is Side.VSS
content = digital_violence.load(language=t.language)
st.info(t("digital.hers_alone" if is_hers else "digital.his_alone"), icon=":material/lock:")

if not is_hers:
    digital_steps_view.show(ws, case.id, content, steps)
    digital_his.measures(ws, case.id, content)
    digital_his.share(ws, case.id)
else:
    part = digital_parts.choose(ws, case.id)
    if part == "map":
        digital_parts.cares(ws, content)
        digital_map.show(ws, case.id, content)
    elif part == "steps":
        digital_steps_view.show(ws, case.id, content, steps)
        digital_his.theirs(ws, case.id)
    elif part == "found":
        digital_found.show(ws, case.id, content)
    elif part == "plan":
        digital_plan.show(ws, case.id, content)
    else:
        digital_evidence.show(ws, case.id, content)
    digital_plan.paper(ws, case.id)
st.caption(content.source)
