"""Erasing on a page: what would go, asking for it, confirming and refusing; and keeping something longer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import streamlit as st

from core import clock
from core.content import retention as content
from core.operations import erasures, holds, retention, upkeep
from core.operations.erasures import ErasureGround, Listed, Preview
from core.operations.holds import HoldGround
from core.operations.open_risks import OpenRisk
from core.operations.phases import Link
from core.operations.retention import Due, Period
from core.settings import settings
from pages.ui import behind, overtaken, pickers, step_up, stores
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: The page of a case on which what is open is settled.
_OPEN_AT = {
    OpenRisk.OPEN_ACTIONS: "plan",
    OpenRisk.AGREEMENT_IN_FORCE: "agreements",
    OpenRisk.EMERGENCY: "emergency",
    OpenRisk.MEETING_AHEAD: "meetings",
    OpenRisk.RISK_LEVEL: "risk",
}


def counts(ws: Workspace, held: Mapping[str, int]) -> str:
    """What of which kind, in words: `notes (12), people (2)`."""
    t = ws.words
    known = sorted(held.items(), key=lambda one: -one[1])
    return ", ".join(f"{_table(ws, name)} ({t.number(number)})" for name, number in known)


def _table(ws: Workspace, name: str) -> str:
    key = f"retention.table.{name}"
    return ws.words(key) if ws.words.has(key) else name.replace("_", " ")


def part_title(ws: Workspace, part: str) -> str:
    return content.load(language=ws.words.language).part(part).title


def source(ws: Workspace, period: Period) -> str:
    return ws.words(f"retention.source.{period.source}", months=ws.words.number(period.months))


def due_line(ws: Workspace, one: Due, key: str = "keeping.due", rest_key: str = "keeping.due_rest") -> str:
    t = ws.words
    # The case itself has no time of its own: it goes with the last of the rest.
    is_rest = not one.part.is_timed
    return t(
        rest_key if is_rest else key,
        part=part_title(ws, one.part.id),
        day=t.day(one.on),
        source=source(ws, one.period),
        start=t("retention.from_on", day=t.day(one.from_on)),
        what=counts(ws, one.goes),
    )


def ask(
    ws: Workspace,
    case_id: UUID,
    parts: Sequence[str],
    grounds: Sequence[ErasureGround],
    *,
    subjects: Mapping[UUID, str] | None = None,
    key: str,
    is_in_case: bool = False,
) -> None:
    """Choose what is to be erased, see what exactly would go and what stays, and ask a second person.

    `is_in_case`: whoever asks works on the case, and is led to what is still open in it.
    """
    draft = open_new(f"erase:{case_id}:{key}")
    panel = behind.panel(ws.words("erasure.ask"), key=draft.key("panel"), icon=":material/delete_forever:")
    if panel is not None:
        with panel:
            _ask(ws, case_id, parts, grounds, subjects=subjects or {}, draft=draft, is_in_case=is_in_case)


def _ask(
    ws: Workspace,
    case_id: UUID,
    parts: Sequence[str],
    grounds: Sequence[ErasureGround],
    *,
    subjects: Mapping[UUID, str],
    draft: Draft,
    is_in_case: bool,
) -> None:
    t = ws.words
    ground = grounds[0]
    if len(grounds) > 1:
        ground = st.radio(
            t("erasure.choose_ground"),
            list(grounds),
            format_func=lambda one: t(f"erasure.because.{one}"),
            key=draft.key("ground"),
        )
    subject_id, chosen = None, list(parts)
    if subjects:
        subject_id = st.selectbox(
            t("erasure.person"),
            [None, *subjects],
            format_func=lambda one: subjects[one] if one else t("erasure.whole_file"),
            key=draft.key("subject"),
        )
    elif len(parts) > 1:
        chosen = st.multiselect(
            t("erasure.parts"),
            list(parts),
            default=list(parts),
            format_func=lambda one: part_title(ws, one),
            wrap=True,
            key=draft.key("parts"),
        )
    seen = ws.read(erasures.preview, case_id, parts=chosen, ground=ground, subject_id=subject_id)
    if seen.still_open:
        says_open(ws, seen.still_open)
        for risk in seen.still_open if is_in_case else ():
            link_to(Link(_OPEN_AT[risk], {"case": str(case_id)}), t(f"open_risk.to.{risk}"))
        return
    if seen.refused:
        st.warning(t(seen.refused), icon=":material/block:")
        return
    _says(ws, seen)
    reason = st.text_input(t("erasure.reason"), key=draft.key("reason"))
    ws.slot("reason")
    # A click for one person is none for the whole file, should that person be gone by then.
    key = draft.key(f"send:{subject_id}")
    sent = st.button(t("erasure.send"), type="primary", disabled=not seen.goes, key=key)
    if sent and ws.do(
        erasures.ask, case_id, parts=chosen, ground=ground, reason=reason, subject_id=subject_id
    ):
        draft.close()
        st.toast(t("erasure.asked"))
        st.rerun()


def says_open(ws: Workspace, found: Iterable[OpenRisk]) -> None:
    """What is still open in a case, by name."""
    what = ", ".join(ws.words(f"open_risk.{risk}") for risk in sorted(found))
    st.warning(ws.words("open_risk.says", what=what), icon=":material/warning:")


def _says(ws: Workspace, seen: Preview) -> None:
    """What exactly would go, what stays, and who decides."""
    t = ws.words
    st.markdown(t("erasure.goes", what=counts(ws, seen.goes)) if seen.goes else t("erasure.nothing"))
    if seen.stays:
        st.markdown(t("erasure.stays", what=", ".join(part_title(ws, part) for part in seen.stays)))
    if seen.is_above_low:
        st.warning(t("erasure.above_low"), icon=":material/warning:")
    st.caption(t("erasure.joint" if seen.is_joint else "erasure.two"))
    copies(ws, clock.now())


def copies(ws: Workspace, since: datetime) -> None:
    """Until when copies of the data may still hold what is erased at a moment."""
    t = ws.words
    if ws.store.is_example:
        return
    known = ws.look(upkeep.copies, home=settings().home)
    if known is None:
        return
    oldest, gone = known.before(since), known.gone_on(since)
    if oldest is None:
        st.caption(t("erasure.copies.none"))
    elif gone is None:
        st.caption(t("erasure.copies.no_end", day=t.day(clock.day(oldest))))
    elif gone > clock.now():
        st.caption(t("erasure.copies.until", day=t.day(clock.day(gone)), oldest=t.day(clock.day(oldest))))
    else:
        st.caption(t("erasure.copies.late", day=t.day(clock.day(oldest))))


def listed(ws: Workspace, found: Sequence[Listed]) -> None:
    """Everything that was asked for, with the ways to confirm and to refuse."""
    t = ws.words
    if not found:
        st.info(t("erasure.none"))
    for one in found:
        with st.container(border=True, key=f"card_erasure_{one.erasure.id}"):
            st.markdown(
                t(
                    "erasure.row",
                    code=f"**{plain(one.code)}**" if one.code else t("erasure.gone_case"),
                    parts=", ".join(part_title(ws, part) for part in one.erasure.parts),
                    ground=t(f"erasure.ground.{one.erasure.ground}"),
                )
            )
            st.caption(_state(ws, one))
            if one.erasure.done_at is not None:
                copies(ws, one.erasure.done_at)
            if one.erasure.is_open:
                _decide(ws, one)


def _state(ws: Workspace, one: Listed) -> str:
    t, erasure = ws.words, one.erasure
    if erasure.done_at is not None:
        return t("erasure.done", day=t.day(clock.day(erasure.done_at)))
    if erasure.refused_at is not None:
        day = t.day(clock.day(erasure.refused_at))
        if not one.refusal:
            return t("erasure.refused_there", day=day)
        return t("erasure.refused", day=day, reason=plain(one.refusal))
    said = t("erasure.why", reason=plain(one.reason)) if one.is_own else t("erasure.by_other")
    return f"{t('erasure.waits', day=t.day(clock.day(erasure.created_at)))}. {said}"


def _decide(ws: Workspace, one: Listed) -> None:
    t, erasure = ws.words, one.erasure
    draft = open_draft(erasure)
    seen = ws.read(erasures.would_go, erasure.id)
    st.markdown(t("erasure.goes", what=counts(ws, seen)))
    if ws.read(erasures.is_above_low, erasure.id):
        st.warning(t("erasure.above_low"), icon=":material/warning:")
    if one.may_confirm and (found := ws.read(erasures.still_open, erasure.id)):
        says_open(ws, found)
    with st.container(horizontal=True):
        clicked = one.may_confirm and st.button(
            t("erasure.confirm"), icon=":material/delete_forever:", key=draft.key("confirm")
        )
        with st.popover(t("erasure.refuse" if one.may_confirm else "erasure.take_back")):
            reason = st.text_input(t("erasure.refuse_reason"), key=draft.key("refusal"))
            ws.slot("reason")
            refused = st.button(t("erasure.take_back"), key=draft.key("refuse"))
            # Said where it was pressed: what is said below would lie behind this.
            is_over = refused and ws.do(erasures.refuse, erasure.id, reason=reason, version=draft.version)
    if step_up.confirmed(ws, clicked, key=f"erase:{erasure.id}"):
        done = ws.make(erasures.confirm, erasure.id, version=draft.version)
        if done is not None:
            draft.close()
            if done.done_at is not None:
                stores.forget_erased(ws.store)
            st.toast(t("erasure.done_toast" if done.done_at else "erasure.confirmed"))
            st.rerun()
    if is_over:
        draft.close()
        st.rerun()
    overtaken.show(ws, erasure, draft)


def keep(ws: Workspace, case_id: UUID, parts: Sequence[str], *, key: str) -> None:
    """Keep a part of the case, or all of it, longer."""
    t = ws.words
    draft = open_new(f"hold:{case_id}:{key}")
    with st.popover(t("hold.keep"), icon=":material/lock_clock:"):
        part = st.selectbox(
            t("hold.part"),
            ["", *parts],
            format_func=lambda one: part_title(ws, one) if one else t("hold.everything"),
            key=draft.key("part"),
        )
        ground = st.radio(
            t("hold.choose_ground"),
            list(HoldGround),
            index=None,
            format_func=lambda one: t(f"hold.ground.{one}"),
            key=draft.key("ground"),
        )
        ws.slot("ground")
        reason = st.text_input(t("hold.reason"), key=draft.key("reason"))
        ws.slot("reason")
        until = pickers.day(
            t, t("hold.until"), value=None, explained=t("hold.until_help"), key=draft.key("until")
        )
        ws.slot("until")
        saved = st.button(t("hold.save"), type="primary", key=draft.key("save"))
    if saved and ws.do(holds.keep, case_id, part=part, ground=ground, reason=reason, until=until):
        draft.close()
        st.toast(t("hold.saved"))
        st.rerun()


def kept(ws: Workspace, case_id: UUID) -> None:
    """What our service keeps of the case, and the way to let the time run again."""
    t = ws.words
    for hold in ws.read(holds.of_case, case_id):
        if hold.lifted_at is not None:
            continue
        until = t("hold.until_day", day=t.day(hold.until)) if hold.until else t("hold.until_lifted")
        st.info(
            t(
                "hold.kept",
                part=part_title(ws, hold.part) if hold.part else t("hold.everything"),
                ground=t(f"hold.ground.{hold.ground}"),
                until=until,
                reason=plain(hold.reason),
            ),
            icon=":material/lock_clock:",
        )
        if st.button(t("hold.lift"), key=f"lift:{hold.id}") and ws.do(
            holds.lift, hold.id, version=hold.version
        ):
            st.rerun()


def periods(ws: Workspace) -> None:
    """The times that hold, and setting that of the own files."""
    t = ws.words
    st.caption(t("keeping.periods_help"))
    for period, _own in ws.read(retention.periods):
        st.markdown(f"**{plain(part_title(ws, period.part.id))}**: {source(ws, period)}")
        if period.part.held_by is content.HeldBy.EACH:
            with st.form(f"period:{period.part.id}", border=False):
                months = st.number_input(
                    t("keeping.months"),
                    1,
                    retention.MOST_MONTHS,
                    value=period.months,
                    step=1,
                    key=f"months:{period.part.id}",
                )
                ws.slot("months")
                saved = st.form_submit_button(t("keeping.set"))
            if saved and ws.do(retention.set_period, part=period.part.id, months=int(months)):
                st.toast(t("keeping.was_set"))
                st.rerun()
