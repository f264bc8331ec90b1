"""Her contact card: how she is reached safely, asked about at each use; and the talk about what she expects."""

import streamlit as st

from core.operations import contact_cards, expectations
from pages.ui import case_head, contact_card_view, expectations_view
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "contact")
card = ws.read(contact_cards.of_case, case.id)
st.page_link(
    page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params={"case": str(case.id)}
)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

contact_card_view.card(ws, case.id, card)
contact_card_view.history(ws, card)
expectations_view.show(ws, case.id, ws.read(expectations.of_case, case.id))
