"""The challenges of a cooperation: both ratings side by side, and one's own service's to say."""

from typing import Any
from uuid import UUID

import streamlit as st

from core.operations import talks
from core.operations.cooperations import ServiceKind
from core.operations.talks import Challenge, Rating, Standing, Weight
from pages.ui.follow import FOLLOWS
from pages.ui.kept import Kept
from pages.ui.opened import Opened, open_form
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

#: Read without colour: an empty, a half and a full circle, as in tables of tests.
SIGNS = {Weight.NOT_AN_ISSUE: "○", Weight.SOME: "◐", Weight.SERIOUS: "●"}


def choice(cooperation_id: UUID) -> str:
    """The key of the challenge that is on the screen."""
    return f"draft:new:talk:{cooperation_id}:challenge"


def show(ws: Workspace, standing: Standing) -> None:
    """Left what both sides say, at a glance; right the challenge that is talked about."""
    left, right = st.columns([11, 9], gap="medium")
    with right, st.container(border=True, key="card_challenge"):
        chosen = _chosen(ws, standing)
        _rate(ws, standing, chosen)
    with left, st.container(key="talk_glance"):
        st.markdown(_glance(ws, standing, chosen))
        st.caption(plain(standing.content.challenges_note))
    _follow(ws, standing, ws.read(talks.pulse, standing.cooperation.id))


def _own(ws: Workspace, one: Challenge) -> Rating:
    return one.pp if ws.actor.kind is ServiceKind.PP else one.vss


def _said(ws: Workspace, rating: Rating) -> str:
    weight = rating.weight
    return (
        f"{SIGNS[weight]}\u00a0{ws.words(f'talk.weight.{weight}')}" if weight else ws.words("talk.not_rated")
    )


def _glance(ws: Workspace, standing: Standing, chosen: Challenge) -> str:
    t, cooperation = ws.words, standing.cooperation
    lines = [
        f"| {t('talk.challenge')} | {plain(cooperation.pp.name)} | {plain(cooperation.vss.name)} | {t('talk.difference')} |",
        "|---|---|---|---|",
    ]
    for number, one in enumerate(standing.challenges, 1):
        title = f"{number}\\. {plain(one.topic.title)}"
        shown = f"**{title}**" if one is chosen else title
        apart = t(f"talk.apart.{one.apart}") if one.apart is not None else ""
        lines.append(f"| {shown} | {_said(ws, one.pp)} | {_said(ws, one.vss)} | {apart} |")
    return "\n".join(lines)


def _chosen(ws: Workspace, standing: Standing) -> Challenge:
    """The challenge on the screen: the first that this side has not rated, then as the person goes on."""
    by_id = {one.topic.id: one for one in standing.challenges}
    numbers = {name: number for number, name in enumerate(by_id, 1)}
    key = choice(standing.cooperation.id)
    following = st.session_state.pop(f"next:{key}", None)
    if following or key not in st.session_state:
        st.session_state[key] = following or _first_open(ws, standing) or next(iter(by_id))
    name = st.selectbox(
        ws.words("talk.challenge"),
        list(by_id),
        format_func=lambda one: f"{numbers[one]}. {by_id[one].topic.title}",
        key=key,
    )
    return by_id[name]


def _first_open(ws: Workspace, standing: Standing, after: str = "") -> str:
    names = [one.topic.id for one in standing.challenges]
    place = names.index(after) + 1 if after else 0
    in_turn = [*standing.challenges[place:], *standing.challenges[:place]]
    return next(
        (one.topic.id for one in in_turn if _own(ws, one).weight is None and one.topic.id != after), ""
    )


def _rate(ws: Workspace, standing: Standing, one: Challenge) -> None:
    t, cooperation, name = ws.words, standing.cooperation, one.topic.id
    is_pp = ws.actor.kind is ServiceKind.PP
    own, other = (one.pp, one.vss) if is_pp else (one.vss, one.pp)
    here, there = (cooperation.pp, cooperation.vss) if is_pp else (cooperation.vss, cooperation.pp)
    st.markdown(plain(one.topic.help))
    form: Opened[Any] = open_form(f"talk:{cooperation.id}:challenges:{name}", vars(own))
    weight = st.segmented_control(
        t("talk.for_us", service=in_label(here.name)),
        list(Weight),
        format_func=lambda each: f"{SIGNS[each]} {t(f'talk.weight.{each}')}",
        key=form.key("weight"),
    )
    form.show_theirs(ws, "weight", lambda theirs: _said(ws, Rating(theirs)))
    kept = Kept(ws, f"talk:{cooperation.id}:challenges:{name}")
    note = kept.area("note", t("talk.note"), key=form.key("note"), value=form.seen["note"], height=90)
    form.show_theirs(ws, "note", str)
    save = st.button(t("talk.rate"), type="primary", icon=":material/save:")
    if save and ws.do(
        talks.rate,
        cooperation.id,
        challenge=name,
        rating=Rating(weight, note),
        seen=Rating(**form.seen),
    ):
        kept.close()
        form.close()
        st.toast(t("phase_1.saved"))
        st.session_state[f"next:{choice(cooperation.id)}"] = _first_open(ws, standing, name) or name
        st.rerun()
    form.show_ways(ws, kept)
    if other.weight:
        st.markdown(t("talk.they_say", service=plain(there.name), rating=_said(ws, other)))
        st.markdown(plain(other.note) or t("talk.no_note"))
    else:
        st.caption(t("talk.they_wait", service=plain(there.name)))


@st.fragment(run_every="5s")
def _follow(ws: Workspace, standing: Standing, beat: int) -> None:
    """Show the other side's rating as soon as it is there; what is being typed stays."""
    now = ws.glance(talks.pulse, standing.cooperation.id)
    if now is not None and now != beat:
        st.session_state[FOLLOWS] = True
        st.rerun(scope="app")
