"""The notices of a case as cards: what came, with what one does about it; what was sent, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from core import clock
from core.access import Permission
from core.models.case import Case
from core.models.immediate_notice import NoticeCall
from core.operations.notice_boards import Board, Noticed, State
from core.operations.phases import Link
from pages.ui import notice_acts, notice_words
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: So many days after it came, what is done is folded away.
OLD: Final = 14
DONE: Final = frozenset({State.ANSWERED, State.REFUSED, State.TAKEN_BACK, State.ENDED, State.CLOSED})
_COLOURS: Final = {
    State.UNREAD: "orange",
    State.UNREAD_LATE: "red",
    State.UNANSWERED_LATE: "red",
    State.ANSWERED: "green",
}


def telephone(ws: Workspace, case: Case) -> None:
    """Nothing here rings anywhere: danger is told by telephone."""
    t = ws.words
    st.warning(t("notices.telephone"), icon=":material/call:")
    link_to(
        Link("emergency", {"case": str(case.id)}), t("notices.to_emergency"), icon=":material/e911_emergency:"
    )


def received(ws: Workspace, board: Board, *, is_open: bool) -> None:
    """What the other service told, what is unread first. Where the joint space is closed, nobody says that none came."""
    if not is_open and (board.behind or not board.received):
        st.warning(ws.words("notices.none_readable"), icon=":material/lock:")
    elif not board.received:
        st.markdown(ws.words("notices.none_received"))
    for one in _shown(ws, board, sorted(board.received, key=lambda found: found.is_read), "received"):
        with st.container(border=True, key=f"card_notice_{one.id}"):
            _head(ws, one)
            st.markdown(_body(ws, one))
            _became(ws, one)
            notice_acts.of_received(ws, board.case, one)
            notice_acts.word(ws, one)


def behind(ws: Workspace, board: Board) -> None:
    """What came before the joint space closed: that it lies there, and what can still be done about it."""
    t, since = ws.words, clock.now() - timedelta(days=OLD)
    for one in board.behind:
        is_done = one.state is State.ANSWERED and not one.is_to_tell
        if is_done and one.came_at < since:
            continue
        with st.container(border=True, key=f"card_behind_{one.id}"):
            badge = f":{_COLOURS.get(one.state, 'gray')}-badge[{t(f'notices.behind_state.{one.state}')}]"
            st.markdown(f"{badge} {t('notices.behind_came', at=t.moment(one.came_at))}")
            if lines := _calls(ws, one.calls):
                st.markdown("\n".join(f"- {line}" for line in lines))
            notice_acts.of_behind(ws, board.case, one)


def sent(ws: Workspace, board: Board) -> None:
    """What the own service told, and how it stands with the other."""
    t = ws.words
    st.header(t("notices.sent"))
    if not board.sent:
        st.markdown(t("notices.none_sent"))
    for one in _shown(ws, board, board.sent, "sent"):
        with st.container(border=True, key=f"card_notice_{one.id}"):
            _head(ws, one)
            st.markdown(_body(ws, one))
            _became(ws, one)
            is_lying = one.is_live or one.state is State.CLOSED
            if is_lying and ws.may(Permission.RECORD_CALL) and not notice_acts.is_over(board.case, one):
                if one.is_late:
                    st.error(t(f"notices.late_{one.state}"), icon=":material/notification_important:")
                notice_acts.call(ws, one.id, board.case.id)
            notice_acts.word(ws, one)
            notice_acts.take_back(ws, one)


def _shown(ws: Workspace, board: Board, found: Sequence[Noticed], which: str) -> list[Noticed]:
    """What is in work or new; the rest where somebody asks for it."""
    since = clock.now() - timedelta(days=OLD)
    now = [one for one in found if one.state not in DONE or _sent_at(one) > since]
    if len(now) == len(found):
        return now
    label = ws.words("notices.older", days=OLD)
    return list(found) if st.toggle(label, key=f"notices:older:{which}:{board.case.id}") else now


def _sent_at(one: Noticed) -> datetime:
    """When it could be read; when it was written, while it waits."""
    return one.notice.item.released_at or one.notice.created_at


def source(ws: Workspace) -> None:
    st.caption(notice_words.lists(ws).source)


def _head(ws: Workspace, one: Noticed) -> None:
    t = ws.words
    colour = _COLOURS.get(one.state, "gray")
    at = _sent_at(one)
    who = t("notices.by", name=plain(one.author), at=t.moment(at))
    st.markdown(f":{colour}-badge[{t(f'notices.state.{one.state}')}] {who}")
    if one.is_live and one.read_by and one.answer_by and one.state is not State.ANSWERED:
        key = "notices.answer_by" if one.is_read else "notices.read_by"
        st.markdown(t(key, at=notice_words.by(ws, one.answer_by if one.is_read else one.read_by)))


def _body(ws: Workspace, one: Noticed) -> str:
    return notice_words.body(ws, one.said, one.shown, one.notice.answer_hours)


def _became(ws: Workspace, one: Noticed) -> None:
    """Receipts, answers, telephone calls and talks, line by line."""
    t, lists = ws.words, notice_words.lists(ws)
    lines = [t("notices.opened_by", name=plain(name), day=t.day(on)) for name, on in one.opened]
    lines += [t("notices.read_by_whom", name=plain(by.name), at=t.moment(by.at)) for by in one.receipts]
    for answer, name in one.answers:
        what = "; ".join(found.title for found in lists.decisions if found.id in answer.decisions.split("\n"))
        said = f". {plain(answer.text)}" if answer.text else ""
        lines.append(
            t("notices.answered", name=plain(name), at=t.moment(answer.created_at), what=f"{what}{said}")
        )
    lines += _calls(ws, one.calls)
    for talk, name in one.talks:
        key = "notices.she_was_told" if talk.was_told else "notices.she_was_not_told"
        said = f". {plain(talk.note)}" if talk.note else ""
        lines.append(t(key, name=plain(name), day=t.day(talk.happened_on)) + said)
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))


def _calls(ws: Workspace, calls: Sequence[tuple[NoticeCall, str]]) -> list[str]:
    """Whom the own service telephoned, when, and whether somebody was reached."""
    t, lines = ws.words, []
    for call, name in calls:
        key = "notices.called_reached" if call.was_reached else "notices.called_not_reached"
        said = f". {plain(call.note)}" if call.note else ""
        at, whom = t.moment(call.called_at), plain(call.whom)
        lines.append(t(key, name=plain(name), whom=whom, at=at) + said)
    return lines
