"""Agreements of both levels: what the services and the cases stand on, and beginning a draft."""

import streamlit as st

from core import clock
from core.content import agreements as content
from core.operations import agreements
from pages.ui import agreement_footing, case_agreement, tables
from pages.ui.tables import Column
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

if (case_id := ws.chosen_or_none("case")) is not None:
    case_agreement.show(ws, case_id)
    st.stop()

st.title(t("page.agreements"))
st.caption(t("agreements.two_levels"))

st.header(t("agreements.organisation"))
st.markdown(content.load("organisation").explanation)
footings = ws.read(agreements.footings)
if not footings:
    st.info(t("agreements.no_cooperation"))
for footing in footings:
    agreement_footing.show(ws, footing)

st.header(t("agreements.case_level"))
st.markdown(content.load("case").explanation)
case_agreement.begin_for_any_case(ws)

st.header(t("agreements.all"))
tables.show(
    ws,
    agreements.search,
    [
        Column("case", lambda one: one.case.code if one.case else t("agreements.between"), sort="case"),
        Column("state", lambda one: t(f"agreements.standing.{agreements.standing(one)}"), sort="state"),
        Column("from", lambda one: one.in_force_from or one.starts_on),
        Column("ends_on", lambda one: one.ends_on, sort="ends_on"),
        Column("review_on", lambda one: one.review_on),
        Column("drafted", lambda one: clock.day(one.created_at), sort="newest"),
    ],
    key="agreements",
    page="agreement",
    id_name="agreement",
)
