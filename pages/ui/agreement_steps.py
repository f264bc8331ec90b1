"""Where an agreement stands, and the one thing that comes next."""

from datetime import date, datetime, timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.operations import (
    agreement_approvals,
    agreement_drafts,
    agreement_losses,
    agreement_starts,
    agreement_texts,
    agreements,
)
from core.operations.agreement_reading import Opened
from core.operations.agreements import AgreementLevel, Standing
from core.operations.phases import Link
from pages.ui import agreement_begun, agreement_lapsed, agreement_words, held, last_look, pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_DONE, _OPEN = ":green[:material/check_circle:]", ":gray[:material/radio_button_unchecked:]"
_ENDED = ":red[:material/cancel:]"
_BEFORE = frozenset({Standing.DRAFT, Standing.APPROVED})
_HOLDS = frozenset({Standing.IN_FORCE, Standing.REVIEW_DUE, Standing.COMING})


def show(ws: Workspace, opened: Opened) -> None:
    """The steps with who did them, what is still needed, and what this person can do next."""
    agreement_lapsed.show(ws, opened)
    st.markdown(_steps(ws, opened))
    if opened.standing in _BEFORE:
        _before(ws, opened)
        downloads(ws, opened)
        return
    downloads(ws, opened)
    if opened.standing in _HOLDS:
        _holding(ws, opened)
    else:
        _over(ws, opened)


def downloads(ws: Workspace, opened: Opened) -> None:
    """The Word file and the signed paper."""
    t, agreement = ws.words, opened.agreement
    with st.container(horizontal=True, vertical_alignment="center", key="agreement_files"):
        last_look.offer(
            ws,
            t("agreement.word"),
            agreement_texts.document.of(agreement.id, zone=str(t.zone)),
            file_name="agreement.docx",
            key="word",
        )
        if opened.has_copy:
            last_look.offer(
                ws,
                t("agreement.signed"),
                agreement_approvals.signed_copy.of(agreement.id),
                file_name="agreement-signed.pdf",
                key="signed",
            )
    is_draft = opened.standing in _BEFORE
    key = "agreement.word_draft" if is_draft and not opened.is_complete else "agreement.where_files_go"
    st.caption(t(key, needs=agreement_words.needs_in_short(t, opened)))


def give_up(ws: Workspace, opened: Opened) -> None:
    """Give a draft up that is not wanted any more."""
    t, agreement = ws.words, opened.agreement
    if opened.standing not in _BEFORE or not ws.may(agreements.drafting(agreement.level)):
        return
    with st.popover(t("agreement.give_up"), type="tertiary", icon=":material/delete:"):
        st.markdown(t("agreement.give_up_text"))
        now = (opened.number, agreement.version)
        seen = held.button(t("agreement.give_up_sure"), now, key="give_up")
        if seen is not None and ws.do(
            agreement_drafts.give_up, agreement.id, number=seen[0], version=seen[1]
        ):
            st.rerun()


def _steps(ws: Workspace, opened: Opened) -> str:
    t, agreement = ws.words, opened.agreement
    rows = [(opened.is_complete or opened.standing not in _BEFORE, t("agreement.step.written"))]
    for service in (agreement.cooperation.pp, agreement.cooperation.vss):
        name = opened.approved_by.get(service.id)
        key = "agreement.step.approved_by" if name else "agreement.step.approval"
        rows.append((name is not None, t(key, service=plain(service.name), name=plain(name or ""))))
    rows.append((opened.is_signed, t("agreement.step.signed")))
    rows.append((agreement.in_force_from is not None, _force_row(ws, opened)))
    lines = [f"{_DONE if done else _OPEN} {text}" for done, text in rows]
    if agreement.terminated_on is not None:
        lines.append(f"{_ENDED} {_terminated(ws, opened)}")
    if agreement.given_up_at is not None:
        lines.append(f"{_ENDED} {_given_up(ws, opened, agreement.given_up_at)}")
    return "  \n".join(lines)


def _force_row(ws: Workspace, opened: Opened) -> str:
    """From when on it holds or, once it is over, held."""
    t, agreement = ws.words, opened.agreement
    day = agreement.in_force_from
    if day is None:
        return t("agreement.step.force")
    if opened.standing is Standing.COMING:
        return t("agreement.step.begins", day=t.day(day))
    if opened.standing in _HOLDS:
        return t("agreement.step.force_from", day=t.day(day))
    if agreement.terminated_on is None and agreement.ends_on is not None:
        return t("agreement.step.held", day=t.day(day), until=t.day(agreement.ends_on))
    return t("agreement.step.held_from", day=t.day(day))


def _before(ws: Workspace, opened: Opened) -> None:
    t, agreement = ws.words, opened.agreement
    if _is_closed(opened):
        st.info(t("agreement.case_closed"), icon=":material/lock:")
        return
    if ws.may(agreements.drafting(agreement.level)) and st.button(
        t("agreement.go_on"),
        type="secondary" if opened.is_complete else "primary",
        icon=":material/edit_document:",
        key="go_on",
    ):
        st.switch_page(page_file("draft"), query_params={"agreement": str(agreement.id)})
    agreement_words.show_length(t, opened)
    if opened.outdated and opened.standing is Standing.DRAFT:
        outdated(ws, opened)
        if ws.actor.service_id in opened.approved_by:
            _take_back(ws, opened)
        return
    if not opened.is_complete:
        agreement_words.show_needs(t, opened)
        return
    if not ws.may(agreements.approving(agreement.level)):
        st.info(t("agreement.others_decide"))
        return
    if opened.standing is Standing.DRAFT:
        _approval(ws, opened)
    else:
        if opened.is_signed:
            _force(ws, opened)
        _signed_copy(ws, opened)
    if ws.actor.service_id in opened.approved_by:
        _take_back(ws, opened)


def outdated(ws: Workspace, opened: Opened) -> None:
    """What the draft says of itself and is not so any more, and the click that takes over what is."""
    t, agreement = ws.words, opened.agreement
    lines = [
        "- "
        + t(
            "agreement.outdated_one",
            what=plain(ask.long_label),
            was=plain(str(agreement.answers.get(ask.id) or "")) or t("agreement.outdated_nobody"),
            now=plain(str(opened.given_now.get(ask.id) or "")) or t("agreement.outdated_nobody"),
        )
        for ask in opened.asks_of(sorted(opened.outdated))
    ]
    st.warning("\n".join([t("agreement.outdated"), "", *lines]), icon=":material/update:")
    wants = ws.may(agreements.drafting(agreement.level)) and st.button(
        t("agreement.bring_up_to_date"), type="primary", icon=":material/update:", key="up_to_date"
    )
    if wants and ws.do(agreement_drafts.bring_up_to_date, agreement.id):
        st.rerun()


def _approval(ws: Workspace, opened: Opened) -> None:
    t = ws.words
    if ws.actor.service_id in opened.approved_by:
        st.info(t("agreement.waits_for_other"))
        return
    st.markdown(t("agreement.approve_text", number=opened.number, digest=opened.digest[:12]))
    is_begun = agreement_begun.show(ws, opened)
    if opened.open_clauses:
        st.caption(t.count("agreement.open_clauses", len(opened.open_clauses)))
    if opened.reopened:
        names = "; ".join(agreement_words.clause_name(t, opened, clause) for clause in opened.reopened)
        st.caption(t("agreement.reopened", names=plain(names)))
    label = t("agreement.approve", number=opened.number, service=plain(ws.actor.service_name))
    # What the other side has written since, and nobody here has read, is not approved by this click.
    seen = held.button(
        label, opened.number, type="primary", icon=":material/check:", key="approve", disabled=is_begun
    )
    if seen is not None and ws.do(agreement_approvals.approve, opened.agreement.id, number=seen):
        st.toast(t("agreement.approved"))
        st.rerun()


def _take_back(ws: Workspace, opened: Opened) -> None:
    seen = held.button(ws.words("agreement.take_back"), opened.number, type="tertiary", key="take_back")
    if seen is not None and ws.do(agreement_approvals.take_back, opened.agreement.id, number=seen):
        st.rerun()


def _signed_copy(ws: Workspace, opened: Opened) -> None:
    t = ws.words
    if not opened.is_signed:
        st.markdown(t("agreement.sign_text", number=opened.number))
        _file_copy(ws, opened)
        return
    with st.expander(t("agreement.another_copy"), icon=":material/upload_file:"):
        st.caption(t("agreement.another_copy_help"))
        _file_copy(ws, opened)


def _file_copy(ws: Workspace, opened: Opened) -> None:
    """Take any file and say in one sentence why it cannot be used: the box's own refusals pile up and are not ours."""
    t = ws.words
    draft = open_new(f"copy:{opened.agreement.id}")
    refused = f"refused:{draft.slot}"
    with st.form("signed_copy"):
        copy = st.file_uploader(
            t("agreement.copy"),
            key=draft.key("copy"),
            help=t("agreement.copy_help", most=agreement_approvals.LARGEST_COPY // 1024 // 1024),
        )
        if refused in st.session_state:
            st.error(st.session_state[refused])
        seen = held.send(
            t("agreement.file_copy"),
            opened.number,
            slot=f"{draft.slot}:number",
            type="secondary" if opened.is_signed else "primary",
        )
    if seen is None:
        return
    error = ws.attempt(
        agreement_approvals.file_signed,
        opened.agreement.id,
        data=copy.getvalue() if copy else b"",
        number=seen,
    )
    draft.close()
    st.session_state.pop(refused, None)
    if error is not None:
        st.session_state[refused] = ws.sentence(error)
    else:
        st.toast(t("agreement.copy_filed"))
    st.rerun()


def _force(ws: Workspace, opened: Opened) -> None:
    t, agreement = ws.words, opened.agreement
    earliest = agreement_approvals.required_start(agreement) or clock.today()
    proposed = ws.read(agreement_approvals.proposed_start, agreement.id)
    with st.form("force"):
        on = pickers.day(t, t("agreement.force_on"), value=proposed)
        ws.slot("on")
        is_case = agreement.level is AgreementLevel.CASE
        help_key = "agreement.force_help" if is_case else "agreement.force_help_between"
        st.caption(t(help_key, day=t.day(earliest)))
        seen = held.send(t("agreement.put_in_force"), agreement.version, slot="force", type="primary")
    if seen is not None and ws.do(agreement_approvals.put_in_force, agreement.id, on=on, version=seen):
        is_coming = on is not None and on > clock.today()
        st.toast(t("agreement.begins" if is_coming else "agreement.in_force", day=t.day(on)))
        st.rerun()


def _holding(ws: Workspace, opened: Opened) -> None:
    t, agreement = ws.words, opened.agreement
    if opened.standing is Standing.REVIEW_DUE:
        st.warning(t("agreement.review_due", day=t.day(agreement.review_on)), icon=":material/event_repeat:")
    _new_version(ws, opened)
    if not ws.may(agreements.approving(agreement.level)):
        return
    if agreement.level is AgreementLevel.ORGANISATION:
        with st.expander(t("agreement.reviewed"), icon=":material/event_repeat:"):
            _review(ws, opened)
    with st.expander(t("agreement.terminate"), icon=":material/cancel:"):
        _terminate(ws, opened)


def _over(ws: Workspace, opened: Opened) -> None:
    if not _is_closed(opened):
        _new_version(ws, opened)


def _is_closed(opened: Opened) -> bool:
    """Is its case closed? Then no agreement of it moves on."""
    return opened.agreement.case is not None and opened.agreement.case.closed_on is not None


def _given_up(ws: Workspace, opened: Opened, at: datetime) -> str:
    t, (name, service) = ws.words, opened.ended_by
    return t("agreement.given_up_by", day=t.day(clock.day(at)), name=plain(name), service=plain(service))


def _terminated(ws: Workspace, opened: Opened) -> str:
    """Since when it does not hold, who ended it, and why."""
    t, agreement = ws.words, opened.agreement
    day, reason = t.day(agreement.terminated_on), plain(agreement.termination_reason)
    name, service = (plain(one) for one in opened.ended_by)
    if opened.standing is Standing.CALLED_OFF:
        return t("agreement.called_off_by", name=name, service=service, reason=reason)
    if not service:
        return t("agreement.terminated", day=day, reason=reason)
    return t("agreement.terminated_by", day=day, name=name, service=service, reason=reason)


def _new_version(ws: Workspace, opened: Opened) -> None:
    t = ws.words
    if not ws.may(agreements.drafting(opened.agreement.level)):
        return
    is_given_up = opened.standing is Standing.WITHDRAWN
    st.caption(t("agreement.amend_given_up" if is_given_up else "agreement.amend_text"))
    if st.button(t("agreement.amend"), icon=":material/edit_document:", key="amend"):
        new = ws.make(agreement_starts.amend, opened.agreement.id)
        if new is not None:
            st.switch_page(page_file("draft"), query_params={"agreement": str(new.id)})


def _review(ws: Workspace, opened: Opened) -> None:
    t, agreement = ws.words, opened.agreement
    lessons = Link("review", {"cooperation": str(agreement.cooperation_id)})
    link_to(lessons, t("agreement.to_lessons"), icon=":material/school:")
    with st.form("review", border=False):
        next_on = pickers.day(t, t("agreement.next_review"), value=_in_a_year())
        ws.slot("next_on")
        seen = held.send(t("agreement.note_review"), agreement.version, slot="review")
    if seen is not None and ws.do(agreement_approvals.reviewed, agreement.id, next_on=next_on, version=seen):
        st.rerun()


def _terminate(ws: Workspace, opened: Opened) -> None:
    t, agreement = ws.words, opened.agreement
    if opened.standing is Standing.COMING:
        st.markdown(t("agreement.ends_unbegun", day=t.day(agreement.in_force_from)))
    if agreement.level is AgreementLevel.ORGANISATION:
        resting = ws.read(agreements.resting_on, agreement.cooperation_id)
        if resting:
            st.markdown(t.count("agreement.resting", resting))
    elif agreement.case is not None and opened.standing is not Standing.COMING:
        st.markdown(_losses(ws, agreement.case.id))
    if agreement.terminated_on is not None:
        said = _terminated(ws, opened)
        st.warning(f"{said}\n\n{t('agreement.ended_before')}", icon=":material/event_busy:")
    form = Kept(ws, f"terminate:{agreement.id}", agreement.case_id)
    with st.form("terminate", border=False):
        on = pickers.day(t, t("agreement.terminate_on"), value=clock.today())
        ws.slot("on")
        if agreement.case is not None:
            st.caption(t("agreement.reason_read"))
        reason = form.area("reason", t("agreement.reason"), key=f"terminate:{agreement.id}")
        ws.slot("reason")
        keeps_signed = _keeps_signed(ws, opened)
        seen = held.send(t("agreement.terminate"), agreement.version, slot="terminate")
    if seen is not None and ws.do(
        agreement_approvals.terminate,
        agreement.id,
        on=on,
        reason=reason,
        version=seen,
        keeps_signed=keeps_signed,
    ):
        form.close()
        st.rerun()


def _losses(ws: Workspace, case_id: UUID) -> str:
    """What both services cannot hold, read or answer any more from that day on."""
    t, found = ws.words, ws.read(agreement_losses.of_case, case_id)
    lines = [t("agreement.losses")]
    lines += [f"- {t('agreement.losses_going_on', at=t.moment(at))}" for at in found.going_on]
    if found.meetings:
        first = t.moment(found.meetings[0])
        lines.append(f"- {t.count('agreement.losses_meetings', len(found.meetings), first=first)}")
    for name, number in (("actions", found.actions), ("notices", found.notices), ("guests", found.guests)):
        if number:
            lines.append(f"- {t.count(f'agreement.losses_{name}', number)}")
    return "\n".join([*lines, f"- {t('agreement.losses_back')}"])


def _keeps_signed(ws: Workspace, opened: Opened) -> bool:
    """What is signed for later is named before the click: ended with this one unless somebody wants it otherwise."""
    t = ws.words
    later = ws.read(agreement_approvals.signed_for_later, opened.agreement.id)
    if not later:
        return False
    day = t.day(later[0].in_force_from)
    return st.checkbox(
        t("agreement.keeps_signed", day=day),
        help=t("agreement.keeps_signed_help"),
        key=f"keeps:{later[0].id}",
    )


def _in_a_year() -> date:
    return clock.today() + timedelta(days=365)
