"""Solutions, and the commitments that come of them."""

from uuid import UUID

import streamlit as st

from core.operations import talks
from core.operations.talks import Remedy, Standing
from pages.ui import proposals
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def choice(cooperation_id: UUID) -> str:
    """The key of the solution that is on the screen."""
    return f"draft:new:talk:{cooperation_id}:solution"


def show(ws: Workspace, standing: Standing) -> None:
    """Left the solutions with what was drafted from them; right the next commitment."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.caption(plain(standing.content.solutions_note))
        st.markdown("\n\n".join(_told(ws, number, one) for number, one in enumerate(standing.remedies, 1)))
    with right, st.container(border=True, key="card_solution"):
        _commit(ws, standing)
    proposals.show_drafts(ws, standing.cooperation.id)


def _told(ws: Workspace, number: int, one: Remedy) -> str:
    lines = [f"**{number}\\. {plain(one.topic.title)}**  \n{plain(one.topic.help)}"]
    if one.proposals:
        lines.append("\n".join(f"- {proposals.line(ws, each)}" for each in one.proposals))
    return "\n\n".join(lines)


def _commit(ws: Workspace, standing: Standing) -> None:
    t, here = ws.words, standing.cooperation.id
    by_id = {one.topic.id: one.topic for one in standing.remedies}
    numbers = {name: number for number, name in enumerate(by_id, 1)}
    chosen = st.selectbox(
        t("talk.solution"),
        list(by_id),
        format_func=lambda one: f"{numbers[one]}. {by_id[one].title}",
        key=choice(here),
    )
    draft = open_new(f"talk:{here}:solutions:{chosen}")
    form = Kept(ws, f"talk:{here}:solutions:{chosen}")
    wording = form.area(
        "wording",
        t("talk.commitment"),
        placeholder=t("talk.example", text=by_id[chosen].example),
        key=draft.key("wording"),
        height=120,
    )
    ws.slot("wording")
    side = proposals.side_field(ws, draft.key("new"), "both")
    due_on = proposals.due_field(ws, draft.key("new"), None)
    save = st.button(t("talk.commit"), type="primary", icon=":material/post_add:")
    if save and ws.do(talks.commit, here, solution=chosen, wording=wording, side=side, due_on=due_on):
        form.close(draft)
        st.toast(t("talk.drafted"))
        st.rerun()
