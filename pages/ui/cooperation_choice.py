"""Which cooperation a page is about: the one of the address, the only one there is, or a choice."""

from uuid import UUID

import streamlit as st

from core.operations import cooperations
from core.operations.phases import Link
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def chosen(ws: Workspace, page: str) -> UUID:
    """The cooperation's id; ends the page with the choice where there are several, with a word where none is."""
    found = ws.chosen_or_none("cooperation")
    if found is not None:
        return found
    mine = ws.read(cooperations.list_mine)
    if len(mine) == 1:
        return mine[0].id
    st.title(ws.words(f"page.{page}"))
    st.markdown(ws.words("cooperation.choose" if mine else "cooperation.none"))
    for one in mine:
        label = f"{plain(one.pp.name)} · {plain(one.vss.name)}"
        link_to(Link(page, {"cooperation": str(one.id)}), label, icon=":material/handshake:")
    return st.stop()


def show_head(ws: Workspace, cooperation: cooperations.Cooperation, here: str) -> None:
    """The head of the pages of a cooperation: its two services, and the ways between its pages."""
    t = ws.words
    st.caption(t("case_head.purpose"))
    st.title(t(f"page.{here}"))
    st.markdown(t("cooperation.services", pp=plain(cooperation.pp.name), vss=plain(cooperation.vss.name)))
    with st.container(horizontal=True, key="cooperation_ways"):
        for way in ("cooperation", "talk", "phase_1", "glossary", "training", "review"):
            link_to(Link(way, {"cooperation": str(cooperation.id)}), t(f"page.{way}"), disabled=way == here)
    running = ws.read(cooperations.running, cooperation.id)
    if running is not None:
        to_table = Link("table", {"meeting": str(running)})
        link_to(to_table, t("cooperation.to_table"), icon=":material/co_present:")
