"""The end of a case: what each of the two services does now; both read of the other only what both know."""

import streamlit as st

from core.access import Permission
from core.models.service import ServiceKind
from core.operations.closings import Standing
from pages.ui import case_end
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: What is done in the last part of the page.
_TO_THE_END = {"preparing", "agree", "follow_up"}


def show(ws: Workspace, standing: Standing) -> None:
    """One line for our service and one for the other, as long as something is left to do."""
    t, cooperation = ws.words, standing.case.cooperation
    is_pp = cooperation.pp_id == ws.actor.service_id
    ours, theirs = (cooperation.pp, cooperation.vss) if is_pp else (cooperation.vss, cooperation.pp)
    turn = _turn(ws, standing)
    if turn is None:
        return
    first = _own_first(ws, standing)
    own = t("closing.own_first", what=first) if first else t(f"closing.turn.ours.{turn}")
    with st.container(key="closing_turns", gap=None):
        icon = ":material/lock:" if first else ":material/person:"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{icon} **{t('closing.turn.we', service=plain(ours.name))}** {own}", width="content")
            _way(ws, standing, "before" if first else "end" if turn in _TO_THE_END else "")
        st.markdown(
            f":material/groups: **{t('closing.turn.they', service=plain(theirs.name))}** "
            f"{t(f'closing.turn.theirs.{_turn_of_other(ws, standing, turn)}')}"
        )


def _way(ws: Workspace, standing: Standing, view: str) -> None:
    """To the part of the page where it is done, for whoever looks at another one."""
    if not view or case_end.view(standing) == view:
        return
    st.button(
        ws.words(f"closing.turn.to.{view}"),
        key=f"closing:to:{view}",
        on_click=st.session_state.__setitem__,
        args=(case_end.view_key(standing), view),
    )


def _turn(ws: Workspace, standing: Standing) -> str | None:
    """A key of the words: where our service stands."""
    closing, stage = standing.closing, case_end.stage(standing)
    if closing is None or stage == "closed":
        return None
    if stage == "proposed":
        return "waits" if closing.service_id == ws.actor.service_id else "agree"
    if stage == "follow_up":
        return "finished" if standing.is_finished_by(ws.actor.kind) else "follow_up"
    return stage


def _turn_of_other(ws: Workspace, standing: Standing, ours: str) -> str:
    """Where the other one stands: the one waits for whom the other has to act."""
    if ours in {"waits", "agree"}:
        return "agree" if ours == "waits" else "waits"
    if ours == "preparing":
        return ours
    others = (side for side in ServiceKind if side.is_side and side is not ws.actor.kind)
    return "finished" if any(map(standing.is_finished_by, others)) else "follow_up"


def _own_first(ws: Workspace, standing: Standing) -> str:
    """What our own side does before it may propose or agree; only who reads our file reads this."""
    own, stage = standing.own, case_end.stage(standing)
    is_next = stage == "preparing" or _turn(ws, standing) == "agree"
    if own is None or not is_next or not ws.may(Permission.READ_FILE):
        return ""
    return "; ".join(plain(one) for one in own.waiting)
