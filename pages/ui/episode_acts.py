"""What is done with an episode of the own file, one form at a time: join, release, take back, change, remove."""

from collections.abc import Callable

import streamlit as st

from core.access import Permission
from core.operations import episode_joins, episode_releases, episodes, joint_items
from core.operations.episode_boards import Board, Event, Told
from core.operations.episode_releases import Chosen, Preview, UseRule
from core.operations.episodes import LONGEST, Episode, EpisodeSource, Known
from pages.ui import episode_form, held, joint, meant, overtaken, release_click, release_terms
from pages.ui.choices import distinct
from pages.ui.draft import open_draft
from pages.ui.episode_view import span, titles
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.relabel import keep_choice
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_SHORT = 60


def show(ws: Workspace, board: Board) -> None:
    """Choose one of our episodes, then what to do with it."""
    own = {one.id: one for one in board.told if one.own is not None}
    if not own or not ws.may(Permission.WRITE_FILE) or board.case.closed_on is not None:
        return
    t, case_id = ws.words, board.case.id
    st.header(t("recidivism.work"))
    say = distinct(own, lambda one_id: _label(ws, own[one_id]))
    labels = {one_id: say(one_id) for one_id in own}
    key = f"recidivism:one:{case_id}"
    keep_choice(key, labels)
    chosen = own[st.selectbox(t("recidivism.which"), list(labels), format_func=labels.__getitem__, key=key)]
    acts: dict[str, Callable[[Workspace, Board, Told], None]] = {"join": _join}
    if ws.may(Permission.SHARE) and board.case.is_paired:
        acts["release"] = _release if chosen.item is None else _released
    acts |= {"change": _change, "remove": _remove}
    act = st.segmented_control(
        t("recidivism.do"),
        list(acts),
        default="join" if len(board.told) > 1 else next(one for one in acts if one != "join"),
        format_func=lambda one: t(f"recidivism.do_{one}"),
        key=f"recidivism:do:{chosen.id}",
        required=True,
    )
    if act is not None:
        acts[act](ws, board, chosen)


def _label(ws: Workspace, one: Told) -> str:
    said = " ".join(one.text.split())
    short = said if len(said) <= _SHORT else f"{said[:_SHORT].rstrip()} …"
    return f"{span(ws, one)} · {ws.words(f'recidivism.column_{one.column}')} · {short}"


def _event_of(board: Board, one: Told) -> Event:
    return next(event for event in board.events if one in event.told)


def _join(ws: Workspace, board: Board, one: Told) -> None:
    """Say that another one tells of the same event, or that one does not after all."""
    t, event = ws.words, _event_of(board, one)
    others = {told.id: told for told in board.told if told not in event.told and told.is_joinable}
    st.caption(t("recidivism.join_help"))
    if others:
        key = f"join:{one.id}:{len(others)}"
        with st.form(f"join_{one.id}", border=False):
            other = st.selectbox(
                t("recidivism.join_with"),
                list(others),
                format_func=distinct(others, lambda found: _label(ws, others[found])),
                key=key,
            )
            ws.slot("with")
            label = t("recidivism.join")
            seen = held.send_choice(label, key, slot=f"join:{one.id}", icon=":material/link:")
        if held.still(ws, seen, other) and ws.do(episode_joins.join, one.id, other):
            st.toast(t("recidivism.joined"))
            st.rerun()
    else:
        st.markdown(t("recidivism.join_none"))
    by_id = {told.id: told for told in event.told}
    for found in event.joins:
        if not {found.first_id, found.second_id} <= set(by_id):
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            both = [plain(_label(ws, by_id[end])) for end in (found.first_id, found.second_id)]
            st.markdown(
                f":material/link: {t('recidivism.span', first=both[0], last=both[1])}", width="stretch"
            )
            if found.service_id != ws.actor.service_id:
                st.caption(t("recidivism.joined_by_them"))
            elif st.button(t("recidivism.separate"), key=f"separate:{found.id}") and ws.do(
                episode_joins.separate, found.id
            ):
                st.toast(t("recidivism.separated"))
                st.rerun()


def _release(ws: Workspace, board: Board, one: Told) -> None:
    """Word it, choose what goes with it and on what ground, see exactly what they will read, then release."""
    t, episode = ws.words, _own(one)
    draft = open_draft(episode, "release")
    st.info(t(f"share.guide_{ws.actor.kind}"), icon=":material/shield:")
    left, right = st.columns(2)
    with left:
        form = Kept(ws, f"episode_release:{episode.id}", board.case.id)
        text = form.area(
            "text",
            t("recidivism.wording"),
            value=episode.severity,
            help=t("recidivism.wording_help", longest=LONGEST["severity"]),
            height=140,
            key=draft.key("text"),
        )
        ws.slot("text")
        chosen = Chosen(
            text=text,
            use_rule=st.radio(
                t("share.rule"),
                list(UseRule),
                format_func=lambda rule: t(f"use.{rule}"),
                key=draft.key("rule"),
            )
            or UseRule.RISK_ONLY,
            with_kinds=st.checkbox(t("recidivism.with_kinds"), value=True, key=draft.key("kinds")),
            with_injury=st.checkbox(t("recidivism.with_injury"), key=draft.key("injury")),
            with_children=st.checkbox(t("recidivism.with_children_too"), key=draft.key("children")),
            with_source=st.checkbox(
                t("recidivism.with_source"),
                value=episode.source is EpisodeSource.HIM,
                help=t("recidivism.with_source_help"),
                key=draft.key("source"),
            ),
        )
        terms = release_terms.ask(ws, form, draft, board.case.id)
    with right:
        st.subheader(t("share.preview_alone"))
        if not text.strip():
            st.warning(t("recidivism.word_it"))
            return
        seen = ws.read(episode_releases.preview, episode.id, chosen=chosen, terms=terms)
        _preview(ws, seen)
        is_meant = meant.ask(ws, seen.found, draft)
        release_click.button(
            ws, board.case.id, draft, t("recidivism.release"), seen.digest, icon=":material/share:"
        )
    clicked = release_click.seen(ws, draft, terms)
    if clicked and (
        item := ws.make(
            episode_releases.release,
            episode.id,
            chosen=chosen,
            terms=terms,
            seen=clicked,
            names_are_meant=is_meant,
        )
    ):
        form.close(draft)
        st.toast(t("share.done" if item.released_at else "share.asked"))
        st.rerun()


def _preview(ws: Workspace, seen: Preview) -> None:
    t, told = ws.words, seen.told
    with st.container(border=True, key="card_episode_preview"):
        joint.show(ws, [seen.shown])
        day = t.day(told.happened_on)
        if told.until_on:
            day = t("recidivism.span", first=day, last=t.day(told.until_on))
        lines = [
            f"**{t('recidivism.when')}**: {day}",
            f"**{t('recidivism.source')}**: "
            + (t(f"recidivism.source_{told.source}") if told.source else t("recidivism.protected")),
        ]
        kinds = episodes.in_lines(told.kinds)
        if kinds:
            lines.append(f"**{t('recidivism.kinds')}**: {plain(', '.join(titles(ws, kinds)))}")
        if told.is_injured is not Known.UNKNOWN:
            lines.append(t(f"recidivism.injured_{told.is_injured}"))
        if told.with_children is not Known.UNKNOWN:
            codes = ", ".join(episodes.in_lines(told.children))
            lines.append(
                t(f"recidivism.children_{told.with_children}") + (f": {plain(codes)}" if codes else "")
            )
        lines += [t("recidivism.will_join", day=t.day(day)) for day in seen.joined_with]
        st.markdown("\n\n".join(lines))


def _released(ws: Workspace, board: Board, one: Told) -> None:
    """What they read, or what waits for a second person; and taking it back."""
    t, item = ws.words, one.item
    if item is None:
        return
    if one.is_waiting:
        st.info(t("recidivism.waiting"), icon=":material/hourglass_top:")
        st.page_link(page_file("consent"), label=t("page.consent"), query_params={"case": str(board.case.id)})
        return
    st.markdown(f"{t('recidivism.released')}: {plain(item.text)}")
    st.caption(t("joint.withdraw_help"))
    if st.button(t("joint.withdraw_button"), key=f"withdraw:{item.id}") and ws.do(
        joint_items.withdraw, item.id
    ):
        st.toast(t("recidivism.taken_back"))
        st.rerun()


def _change(ws: Workspace, board: Board, one: Told) -> None:
    if one.item is not None:
        st.caption(ws.words("recidivism.change_help"))
    episode_form.change(ws, board, _own(one), there=one.children)


def _remove(ws: Workspace, board: Board, one: Told) -> None:
    t, episode = ws.words, _own(one)
    draft = open_draft(episode, "remove")
    form = Kept(ws, f"episode_remove:{episode.id}", board.case.id)
    with st.form(f"episode_remove_{episode.id}"):
        st.caption(t("recidivism.remove_help"))
        reason = form.line("reason", t("timeline.entry.reason"), key=draft.key("reason"))
        ws.slot("reason")
        remove = st.form_submit_button(t("timeline.entry.remove_button"))
    if remove and ws.do(episodes.remove, episode.id, reason=reason, version=draft.version):
        form.close(draft)
        st.toast(t("recidivism.removed"))
        st.rerun()
    overtaken.show(ws, episode, draft, form)


def _own(one: Told) -> Episode:
    if one.own is None:
        raise LookupError(one.id)
    return one.own
