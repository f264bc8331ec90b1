"""The actions of all my cases: search, sort, open the plan, take the list as a file."""

from functools import partial

import streamlit as st

from core.operations import my_actions
from core.operations.my_actions import Scope
from pages.ui import actions, tables
from pages.ui.tables import Column
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.actions"))
scope = st.segmented_control(
    t("actions.scope_label"),
    list(Scope),
    default=Scope.MINE,
    format_func=lambda chosen: t(f"actions.scope.{chosen}"),
    key="actions:scope",
    required=True,
    label_visibility="collapsed",
)

tables.show(
    ws,
    partial(my_actions.search, scope=scope),
    [
        Column("due_on", lambda action: action.due_on, sort="due_on"),
        Column("case", lambda action: action.case.code, sort="case"),
        Column("state", lambda action: actions.state(action, t), sort="state"),
        Column("responsible", actions.responsible, sort="responsible"),
        Column("text", lambda action: action.text),
        Column("need", lambda action: action.need),
    ],
    key="actions",
    page="plan",
    id_name="case",
    id_of=lambda action: action.case_id,
)
