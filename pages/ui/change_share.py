"""The summary of one time that the person agreed to: chosen area by area, seen before it goes, taken back."""

import streamlit as st

from core.access import Permission
from core.content.questionnaires import Change
from core.operations import change_summaries, changes
from core.operations.changes import Board, Moment
from pages.ui import change_words, purpose_terms, release_click
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, board: Board, moment: Moment) -> None:
    """What of this time both services read, or the way to it."""
    if not ws.may(Permission.SHARE):
        return
    if moment.item is not None:
        _shared(ws, board, moment)
        return
    offered = change_summaries.offered(moment)
    if offered and board.case.closed_on is None and board.case.is_paired:
        with st.expander(ws.words("change.share.title", label=moment.label), icon=":material/share:"):
            _share(ws, board, moment, offered)


def _shared(ws: Workspace, board: Board, moment: Moment) -> None:
    t, item = ws.words, moment.item
    assert item is not None  # noqa: S101  the caller looked
    if item.released_at is None:
        st.warning(t("change.share.is_waiting"), icon=":material/hourglass_top:")
    elif item.has_ended:
        st.info(t("change.share.is_over"))
    else:
        st.success(t("change.share.is_shared"), icon=":material/check:")
    _, lines = changes.read(item.text)
    if item.released_at is not None and any(moment.own.get(name) != one for name, one in lines.items()):
        key = "change.share.is_other" if moment.is_own_done else "change.share.is_reopened"
        st.warning(t(key), icon=":material/sync_problem:")
    by_id = {one.id: one for one in board.domains}
    said = change_words.lines(t, by_id, lines)
    st.markdown(plain(t("change.summary", label=moment.label, lines=said)))
    if st.button(
        t("change.share.take_back"), icon=":material/undo:", key=f"change:back:{moment.label}"
    ) and ws.do(change_summaries.take_back, board.case.id, label=moment.label):
        st.toast(t("change.share.taken_back"))
        st.rerun()


def _share(ws: Workspace, board: Board, moment: Moment, offered: dict[str, Change]) -> None:
    t, case_id = ws.words, board.case.id
    st.caption(t("change.share.help", label=moment.label))
    draft = open_new(f"change:share:{case_id}:{moment.label}")
    by_id = {one.id: one for one in board.domains}
    st.markdown(f"**{t('change.share.agreed')}**")
    chosen = [
        name
        for name, one in offered.items()
        if st.checkbox(
            in_label(t("change.line", domain=by_id[name].title, change=change_words.said(t, one))),
            key=draft.key(f"domain:{name}"),
        )
    ]
    ws.slot("domains")
    form = Kept(ws, f"change:share:{case_id}:{moment.label}", case_id)
    terms = purpose_terms.ask(
        ws, form, case_id, change_summaries.PURPOSE, draft, no_person=t("change.share.no_person")
    )
    if terms is None:
        return
    seen = ws.read(change_summaries.preview, case_id, label=moment.label, domains=chosen, terms=terms)
    if seen.lines:
        said = change_words.lines(t, by_id, seen.lines)
        summary = plain(t("change.summary", label=moment.label, lines=said))
        st.markdown(f"**{t('change.share.preview')}**  \n{summary}")
        st.caption(t("change.share.rest", label=moment.label))
    release_click.button(ws, case_id, draft, t("change.share.button"), seen.digest, icon=":material/share:")
    clicked = release_click.seen(ws, draft, terms)
    if not clicked:
        return
    item = ws.make(
        change_summaries.share, case_id, label=moment.label, domains=chosen, terms=terms, seen=clicked
    )
    if item is not None:
        form.close(draft)
        st.toast(t("change.share.done" if item.released_at else "change.share.asked"))
        st.rerun()
