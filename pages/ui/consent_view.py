"""Parts of the page Consent: what holds, the form of an answer, and what left the file on which ground."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core import clock
from core.models.case import JointItem
from core.operations import consents, releases
from core.operations.consents import ConsentState, Known, Said, Standing
from core.operations.releases import Theirs, Told
from pages.ui import event_words, joint, meant, pickers, release_click, release_telling, step_up
from pages.ui.draft import Draft, open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def state_words(ws: Workspace, standing: Standing) -> str:
    """What holds of a person and a purpose now."""
    t, newest = ws.words, standing.newest
    if standing.is_over and newest is not None and newest.valid_until is not None:
        return t("consent.over", day=t.day(newest.valid_until))
    return t(f"consent.state.{standing.state}")


def matrix(ws: Workspace, standings: Sequence[Standing]) -> None:
    """Purposes down, people across, what holds in each cell."""
    t = ws.words
    codes = list(dict.fromkeys(plain(one.subject.code) for one in standings))
    rows: dict[str, list[str]] = {}
    for one in standings:
        said = state_words(ws, one)
        said = f"**{said}**" if consents.is_live(one.newest) else said
        day = f" · {t.day(one.newest.asked_on)}" if one.newest else ""
        rows.setdefault(one.purpose, []).append(f"{said}{day}")
    lines = [
        t("consent.matrix", people=" | ".join(codes)),
        "|---" * (len(codes) + 1) + "|",
        *(f"| {joint.purpose_title(ws, purpose)} | {' | '.join(cells)} |" for purpose, cells in rows.items()),
    ]
    st.markdown("\n".join(lines))


def said(ws: Workspace, form: Kept, draft: Draft, language: str) -> Said:
    """The fields of one answer; those that its state has no use for are not there."""
    t = ws.words
    chosen = st.radio(
        t("consent.state_said"),
        list(ConsentState),
        index=None,
        format_func=lambda found: t(f"consent.state.{found}"),
        horizontal=True,
        key=draft.key("state"),
    )
    ws.slot("state")
    state = chosen or ConsentState.NOT_ASKED
    exceptions = ""
    until: date | None = None
    if state is ConsentState.GIVEN_EXCEPT:
        exceptions = form.area(
            "exceptions",
            t("consent.exceptions"),
            key=draft.key("exceptions"),
            help=t("consent.exceptions_help"),
            height=80,
        )
        ws.slot("exceptions")
    left, right = st.columns(2)
    with left:
        how = form.line("how", t("consent.how"), key=draft.key("how"), autocomplete="off")
        ws.slot("how_asked")
        was_safe = st.radio(
            t("consent.was_safe"),
            list(Known),
            index=None,
            format_func=lambda found: t(f"consent.safe.{found}"),
            horizontal=True,
            key=draft.key("was_safe"),
        )
        ws.slot("was_safe")
    with right:
        asked_on = pickers.day(t, t("consent.asked_on"), value=clock.today(), key=draft.key("asked_on"))
        ws.slot("asked_on")
        spoken = form.line("language", t("consent.language"), value=language, key=draft.key("language"))
        ws.slot("language")
        if state in consents.GIVEN:
            until = pickers.day(t, t("consent.valid_until"), value=None, key=draft.key("valid_until"))
            ws.slot("valid_until")
    if chosen is not None and state is not ConsentState.GIVEN:
        st.caption(t("consent.warn_take_back"))
    return Said(chosen, exceptions, how, was_safe or Known.UNKNOWN, asked_on, spoken, until)


def history(ws: Workspace, standing: Standing) -> None:
    """All answers of one person about one purpose, newest first."""
    t = ws.words
    for one in standing.history:
        language = t("consent.in_language", language=plain(one.language)) if one.language else ""
        until = t("consent.until", day=t.day(one.valid_until)) if one.valid_until else ""
        state = t(f"consent.state.{one.state}")
        day, at = t.day(one.asked_on), t.moment(one.created_at)
        lines = [t("consent.line", day=day, at=at, state=state, language=language, until=until)]
        if one.exceptions:
            lines.append(t("consent.excepted", what=plain(one.exceptions)))
        if one.how_asked:
            lines.append(plain(one.how_asked))
        st.markdown("  \n".join(lines))


def told(ws: Workspace, one: Told, *, may_confirm: bool) -> None:
    """Something that left, or waits to leave, with its ground; the second person settles it here."""
    t = ws.words
    item, release = one.item, one.release
    with st.container(border=True, key=f"card_release_{release.id}"):
        topic, state = plain(joint.heading(ws, item.topic)), t(f"release.state.{one.state}")
        purpose, code = joint.purpose_title(ws, item.purpose), plain(one.about.code)
        person, basis = plain(one.asked_by), t(f"release.basis.{release.basis}")
        lines = [t("release.head", topic=topic, code=code, purpose=purpose, state=state)]
        if one.step is not None:
            lines.append(joint.step(ws, one.step))
        lines.append(plain(joint.text(ws, item.topic, item.text)))
        if release.reason:
            lines.append(f"> {plain(release.reason)}")
        lines.append(t("release.foot", basis=basis, day=t.day(clock.day(release.created_at)), person=person))
        if item.released_at is not None or one.state == "waiting":
            # Whoever confirms decides on all of it: who reads it, for what, and until when.
            lines.append(release_click.recipients(ws, item.recipients))
            lines.append(_terms(ws, item))
        st.markdown("\n\n".join(lines))
        release_telling.show(ws, one)
        if one.state == "waiting" or one.is_to_look_at:
            _settle(ws, one, may_confirm=may_confirm)
        elif one.state in {"taken_back", "ended"} and one.documents:
            st.markdown(t("consent.documents"))
            st.markdown(
                "\n".join(
                    f"- {t.moment(document.at)}: {plain(document.person)} "
                    f"{event_words.did(t, document.subject, document.act)}"
                    for document in one.documents
                )
            )


def _terms(ws: Workspace, item: JointItem) -> str:
    t = ws.words
    until = t("joint.until_day", day=t.day(item.ends_on)) if item.ends_on else t("joint.until_agreement")
    return f"{t(f'use.{item.use_rule}')}, {until}"


def theirs(ws: Workspace, found: Sequence[Theirs]) -> None:
    """What the programme shared without his consent, for her service."""
    if not found:
        return
    t = ws.words
    st.header(t("consent.theirs"))
    st.caption(t("consent.theirs_help"))
    lines = [
        t(
            "consent.theirs_line",
            day=t.day(clock.day(one.item.released_at or one.item.created_at)),
            topic=plain(joint.heading(ws, one.item.topic)),
            basis=t(f"release.basis.{one.basis}"),
            looked=t(f"consent.theirs_{'looked' if one.is_looked_at else 'not_looked'}"),
        )
        for one in found
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _settle(ws: Workspace, one: Told, *, may_confirm: bool) -> None:
    t, release = ws.words, one.release
    is_own = release.asked_by == ws.actor.person_id
    after = "_after" if one.is_to_look_at else ""
    key = f"consent.own_waiting{after}" if is_own else f"consent.confirm_help{after}"
    say = st.warning if after and releases.is_late(release) else st.info
    say(t(key, person=plain(one.asked_by)))
    if not may_confirm:
        return
    is_meant = not is_own and meant.ask(ws, one.found, open_draft(release, "meant"), with_help=False)
    with st.container(horizontal=True):
        confirm = not is_own and st.button(
            t(f"consent.confirm{after}"), key=f"confirm:{release.id}", icon=":material/check:", type="primary"
        )
        refuse = not (is_own and one.stays) and st.button(
            t(f"consent.refuse{after}"), key=f"refuse:{release.id}", icon=":material/lock:"
        )
    sure = step_up.confirmed(ws, confirm, key=f"confirm:{release.id}:sure")
    if sure and ws.do(releases.confirm, release.id, version=release.version, names_are_meant=is_meant):
        st.toast(t(f"consent.confirmed{after}"))
        st.rerun()
    if refuse and ws.do(releases.refuse, release.id, version=release.version):
        st.rerun()
