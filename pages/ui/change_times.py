"""The times of a case: what is due, asked, done or not, and what can be done at one of them."""

import streamlit as st

from core import access, clock
from core.access import Permission
from core.errors import Conflict
from core.models.change import Mode, NotDone
from core.operations import responses
from core.operations.changes import Board, Moment, Stand
from core.operations.phases import Link
from pages.ui import change_done, change_share, change_words, pickers, relabel
from pages.ui.draft import open_new
from pages.ui.links import link_to
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

#: At these the own side still has something to ask.
_OPEN = (Stand.DUE, Stand.ASKING, Stand.TO_COME)
#: At these the own side's answers can be read.
_KNOWN = (Stand.DONE, Stand.ASKING, Stand.NOT_DONE)


def table(ws: Workspace, board: Board) -> None:
    """Every time with its day and both sides; of the other side done or not, and nothing beside."""
    t = ws.words
    ours = change_words.WHO[board.side]
    theirs = "her" if ours == "him" else "him"
    head = [
        t("change.time"),
        t("change.due"),
        t(f"change.{ours}_ours"),
        t(f"change.{theirs}_theirs"),
    ]
    rows = [
        [
            one.time.rule.named(one.label),
            t.day(one.time.on) or t("change.gone" if one.time.is_gone else "change.no_day"),
            change_words.state(t, one),
            _of_other(ws, one),
        ]
        for one in board.moments
    ]
    st.markdown(change_words.table(head, rows))
    without_day = any(one.stand is Stand.NO_DAY for one in board.moments)
    if without_day and access.is_open_to(ws.actor, board.case):
        link_to(
            Link("timeline", {"case": str(board.case.id)}), t("change.enter_days"), icon=":material/timeline:"
        )


def _of_other(ws: Workspace, moment: Moment) -> str:
    """Done or not; before its day a time that is not done is one to come, for whatever reason."""
    if moment.is_other_done:
        return ws.words("change.other_done")
    if moment.time.on is None and not moment.time.is_gone:
        return ws.words(f"change.stand.{Stand.NO_DAY}")
    is_ahead = moment.time.on is not None and moment.time.on > clock.today()
    return ws.words(f"change.stand.{Stand.TO_COME}" if is_ahead else "change.other_not_done")


def one(ws: Workspace, board: Board) -> None:
    """One time, chosen: begin to ask, go on, say why not, look, share."""
    t = ws.words
    by_label = {each.label: each for each in board.moments if each.stand is not Stand.NO_DAY}
    if not by_label:
        return
    first = next((each.label for each in by_label.values() if each.stand in _OPEN), next(iter(by_label)))
    key = change_done.key(board.case.id)
    labels = {
        label: t("change.option", label=label, state=change_words.state(t, each))
        for label, each in by_label.items()
    }
    if st.session_state.get(key) not in labels:
        st.session_state[key] = first
    relabel.keep_choice(key, labels)
    label = st.selectbox(t("change.which"), list(labels), format_func=labels.__getitem__, key=key)
    moment = by_label[label]
    may_write = ws.may(Permission.WRITE_FILE) and board.case.closed_on is None
    if moment.is_own_done:
        change_done.show(ws, board, moment)
    if moment.response is not None and moment.response.is_begun and moment.stand in _KNOWN:
        words = "change.go_on" if moment.stand is Stand.ASKING else "change.look"
        params = {"response": str(moment.response.id)}
        link_to(Link("answers", params), t(words), icon=":material/edit_note:")
    elif moment.is_own_done:
        st.caption(t("change.done_elsewhere"))
    if may_write and moment.stand not in {Stand.DONE, Stand.ASKING}:
        _begin(ws, board, moment)
    if may_write and not moment.is_own_done:
        _settle(ws, board, moment)
    if moment.is_own_done or moment.item is not None:
        change_share.show(ws, board, moment)


def _begin(ws: Workspace, board: Board, moment: Moment) -> None:
    t, case_id = ws.words, board.case.id
    slot, version = f"change:begin:{case_id}:{moment.label}", _version(moment)
    draft = open_new(f"{slot}:{version}")
    with st.form(f"change_begin_{draft.version}"):
        mode = st.radio(
            t("change.how_asked"),
            list(Mode),
            index=None,
            format_func=lambda each: t(f"change.mode.{each}"),
            horizontal=True,
            key=draft.key("mode"),
        )
        ws.slot("mode")
        asked_on = pickers.day(
            t,
            t("change.asked_on"),
            value=clock.today(),
            width=200,
            key=draft.key("asked_on"),
        )
        ws.slot("asked_on")
        again = moment.stand is Stand.NOT_DONE
        begin = st.form_submit_button(
            t("change.begin_again" if again else "change.begin"),
            type="primary",
            on_click=st.session_state.__setitem__,
            args=(slot, version),
        )
    if not _is_seen(ws, slot, version) or not begin:
        return
    made = ws.make(
        responses.begin,
        case_id,
        label=moment.label,
        mode=mode,
        asked_on=asked_on,
        version=version,
    )
    if made is not None:
        draft.close()
        st.switch_page(page_file("answers"), query_params={"response": str(made.id)})


def _version(moment: Moment) -> int:
    return moment.response.version if moment.response else 0


def _is_seen(ws: Workspace, slot: str, version: int) -> bool:
    """Did whoever clicked have before them what stands there now? A colleague may have settled it meanwhile."""
    seen = st.session_state.pop(slot, version)
    if seen != version:
        ws.show(Conflict())
    return bool(seen == version)


def _settle(ws: Workspace, board: Board, moment: Moment) -> None:
    """Why it is not done: for the own file alone."""
    t, case_id = ws.words, board.case.id
    with st.expander(t("change.settle"), icon=":material/block:"):
        slot, version = f"change:settle:{case_id}:{moment.label}", _version(moment)
        draft = open_new(f"{slot}:{version}")
        st.caption(t("change.settle_gone" if moment.time.is_gone else "change.settle_help"))
        reasons = list(NotDone)
        with st.form(f"change_settle_{draft.version}", border=False):
            reason = st.radio(
                t("change.reason"),
                reasons,
                index=reasons.index(moment.reason) if moment.reason else None,
                format_func=lambda each: t(f"change.reason_of.{each}"),
                horizontal=True,
                key=draft.key("reason"),
            )
            ws.slot("reason")
            save = st.form_submit_button(
                t("change.settle_save"), on_click=st.session_state.__setitem__, args=(slot, version)
            )
        is_seen = _is_seen(ws, slot, version)
        if (
            save
            and is_seen
            and ws.do(responses.settle_not_done, case_id, label=moment.label, reason=reason, version=version)
        ):
            draft.close()
            st.toast(t("common.saved" if moment.time.is_gone else "change.settled"))
            st.rerun()
