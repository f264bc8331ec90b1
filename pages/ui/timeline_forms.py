"""What a person changes on a timeline: dates, marks, and the own path. One form is open at a time."""

from collections.abc import Callable

import streamlit as st

from core import access, clock
from core.access import Permission
from core.models.case import Case
from core.operations import t_points
from core.operations.t_points import TDate
from core.operations.timelines import Timeline
from pages.ui import held, pickers, relabel, timeline_path
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.timeline_words import Teller
from pages.ui.workspace import Workspace

#: The pages that an ask can lead to, and the id that their address carries.
WAYS = {"meeting": "meeting", "agreement": "agreement", "plan": "case", "risk": "case"}
WANT_ANSWERS = {"t_points_overdue", "t_points_his_missing", "t_points_hers_missing"}
WANT_A_MEETING = {"meeting_due", "meeting_overdue", "no_meeting_for_time"}


def table(teller: Teller) -> str:
    """The rows of the picture as a table that can be read aloud and printed."""
    t = teller.words
    head = [t(f"timeline.column.{name}") for name in ("day", "path", "what", "state")]
    rows = [
        [teller.day(entry), t(f"timeline.row.{entry.lane}"), teller.name(entry), teller.state(entry)]
        for entry in teller.timeline.entries
    ]
    lines = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return plain(" ".join(text.split()))


def ways_on(ws: Workspace, timeline: Timeline) -> None:
    """Links to where the timeline's asks are met, each once."""
    t = ws.words
    ways = {}
    for ask in timeline.asks:
        if ask.key in WANT_A_MEETING:
            ways["meetings"] = {"case": str(timeline.case.id)}
        elif ask.key in WANT_ANSWERS:
            ways["change"] = {"case": str(timeline.case.id)}
        elif ask.page in WAYS:
            ways.setdefault(ask.page, {WAYS[ask.page]: str(ask.page_id)})
    with st.container(horizontal=True, key="timeline_ways"):
        for page, params in ways.items():
            if page_file(page).exists():
                st.page_link(page_file(page), label=t(f"timeline.way.{page}"), query_params=params)


def show(ws: Workspace, teller: Teller, *, with_own: bool) -> None:
    """The forms that this person may use, one at a time."""
    t, timeline = ws.words, teller.timeline
    if timeline.case.closed_on is not None:
        st.markdown(t("timeline.do.closed"))
        return
    forms = _forms(ws, timeline.case)
    if not forms:
        st.markdown(t("timeline.do.not_yours"))
        return
    missing = any(ask.key == "t_points_missing" for ask in timeline.asks) and "dates" in forms
    chosen = st.segmented_control(
        t("timeline.do.which"),
        list(forms),
        default="dates" if missing else next(iter(forms)),
        format_func=lambda form: t(f"timeline.do.{form}"),
        key=f"timeline:do:{timeline.case.id}",
    )
    if chosen in {"add", "own"} and not with_own:
        st.info(t("timeline.do.switch_on"), icon=":material/visibility_lock:")
    elif chosen is not None:
        forms[chosen](ws, teller)


def _forms(ws: Workspace, case: Case) -> dict[str, Callable[[Workspace, Teller], None]]:
    forms: dict[str, Callable[[Workspace, Teller], None]] = {}
    is_open = access.is_open_to(ws.actor, case)
    if not is_open:
        st.info(ws.words("frame.not_paired"))
    if ws.may(Permission.WRITE_FILE) and is_open:
        forms["done"] = _mark
    if ws.may(Permission.PLAN_MEETING) and is_open:
        forms |= {"dates": _enter, "move": _move}
    if ws.may(Permission.WRITE_FILE):
        forms |= {"add": timeline_path.add, "own": timeline_path.entries}
    return forms


def _enter(ws: Workspace, teller: Teller) -> None:
    t, case = ws.words, teller.timeline.case
    missing = [one for one in teller.timeline.t_dates if one.rule.is_entered and one.on is None]
    if not missing:
        st.markdown(t("timeline.dates.none"))
        return
    draft = open_new(f"t_dates:{case.id}")
    with st.form("t_dates"):
        dates = {}
        for one in missing:
            dates[one.label] = pickers.day(
                t, one.rule.title, value=None, explained=one.rule.help, key=draft.key(one.label)
            )
            ws.slot(one.label)
        save = st.form_submit_button(t("timeline.dates.save"), type="primary")
    if save and ws.do(t_points.set_dates, case.id, dates=dates):
        draft.close()
        st.toast(t("timeline.dates.saved"))
        st.rerun()


def _is_ours_done(ws: Workspace, one: TDate) -> bool:
    return one.pp_done if ws.actor.kind == "pp" else one.vss_done


def _mark(ws: Workspace, teller: Teller) -> None:
    t, case = ws.words, teller.timeline.case
    dated = [one for one in teller.timeline.t_dates if one.on is not None]
    todo = {one.label: one for one in dated if not _is_ours_done(ws, one)}
    st.caption(t(f"timeline.done.explain_{ws.actor.kind}"))
    if todo:
        draft = open_new(f"t_done:{case.id}")
        with st.form("t_done"):
            st.selectbox(
                t("timeline.done.label"),
                list(todo),
                format_func=lambda label: t("timeline.done.option", label=label, day=t.day(todo[label].on)),
                key=draft.key("label"),
            )
            done_on = pickers.day(
                t,
                t("timeline.done.done_on"),
                value=clock.today(),
                key=draft.key("done_on"),
            )
            ws.slot("done_on")
            label = held.send_choice(
                t("timeline.done.save"), draft.key("label"), slot=draft.key("sent"), type="primary"
            )
        if label is not None and ws.do(t_points.mark_done, case.id, label=label, done_on=done_on):
            draft.close()
            st.toast(t("timeline.done.saved", label=label))
            st.rerun()
    else:
        st.markdown(t("timeline.done.none"))
    _undo(ws, teller, [one.label for one in dated if _is_ours_done(ws, one)])


def _undo(ws: Workspace, teller: Teller, labels: list[str]) -> None:
    if not labels:
        return
    t, case = ws.words, teller.timeline.case
    with st.expander(t("timeline.done.undo")), st.form("t_undo"):
        key = f"t_undo:{case.id}:{len(labels)}"
        st.selectbox(t("timeline.done.label"), labels[::-1], key=key)
        label = held.send_choice(t("timeline.done.undo_button"), key, slot=f"t_undo:{case.id}")
    if label is not None and ws.do(t_points.undo_done, case.id, label=label):
        st.toast(t("timeline.done.undone", label=label))
        st.rerun()


def _move(ws: Workspace, teller: Teller) -> None:
    t, case = ws.words, teller.timeline.case
    dated = {one.label: one for one in teller.timeline.t_dates if one.on is not None}
    if not dated:
        st.markdown(t("timeline.move.none"))
        return
    key = f"t_move:{case.id}"
    labels = {one: t("timeline.move.option", label=one, day=t.day(dated[one].on)) for one in dated}
    relabel.keep_choice(key, labels)
    label = st.selectbox(t("timeline.move.label"), list(labels), format_func=labels.__getitem__, key=key)
    one = dated[label]
    slot = f"draft:t_point:{case.id}:{label}"
    draft = Draft(slot, st.session_state.setdefault(slot, one.version))
    if one.version != draft.version:
        st.warning(t("timeline.move.now", day=t.day(one.on)))
        st.button(t("timeline.move.take"), on_click=draft.close)
    _move_form(ws, teller, one, draft)
    _history(ws, teller)


def _move_form(ws: Workspace, teller: Teller, one: TDate, draft: Draft) -> None:
    t, case = ws.words, teller.timeline.case
    back = one.is_moved and one.computed_on is not None
    form = Kept(ws, f"t_move:{case.id}:{one.label}", case.id)
    with st.form(f"t_move_{one.label}"):
        if back:
            st.caption(t("timeline.move.counted", day=t.day(one.computed_on)))
        due_on = pickers.day(t, t("timeline.move.due_on"), value=one.on, key=draft.key("due_on"))
        ws.slot("due_on")
        clear = False
        if back or one.rule.is_entered:
            words = "timeline.move.to_rule" if back else "timeline.move.to_unknown"
            clear = st.checkbox(t(words), key=draft.key("clear"))
        reason = form.line(
            "reason", t("timeline.move.reason"), help=t("timeline.move.reason_help"), key=draft.key("reason")
        )
        ws.slot("reason")
        save = st.form_submit_button(t("timeline.move.save"), type="primary")
    if save and ws.do(
        t_points.move,
        case.id,
        label=one.label,
        due_on=None if clear else due_on,
        reason=reason,
        version=draft.version,
    ):
        form.close(draft)
        st.toast(t("timeline.move.saved", label=one.label))
        st.rerun()


def _history(ws: Workspace, teller: Teller) -> None:
    t = ws.words
    moves = ws.read(t_points.moves, teller.timeline.case.id)
    if not moves:
        return
    unknown = t("timeline.move.unknown")
    with st.expander(t("timeline.move.history")):
        st.markdown(
            "\n".join(
                "- "
                + t(
                    "timeline.move.moved",
                    label=label,
                    from_day=t.day(one.from_on) or unknown,
                    to_day=t.day(one.to_on) or unknown,
                    at=t.moment(one.created_at),
                    reason=plain(one.reason),
                )
                for label, one in moves
            )
        )
