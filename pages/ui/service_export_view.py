"""Taking everything of our service along, on a page: asking, confirming, the own half, making the file and taking it."""

import streamlit as st

from core import clock
from core.operations import service_exports
from core.operations.service_exports import Asked, ExportGround
from core.settings import settings
from pages.ui import last_look, overtaken, step_up
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_MEGABYTE = 1_000_000


def show(ws: Workspace) -> None:
    t = ws.words
    st.markdown(t("leaving.help"))
    st.caption(t("leaving.not_in_it"))
    found = ws.read(service_exports.list_all)
    if not any(one.export.is_open for one in found):
        _ask(ws)
    for one in found:
        with st.container(border=True, key=f"card_leaving_{one.export.id}"):
            st.markdown(_sentence(ws, one))
            if one.export.is_open:
                _decide(ws, one)


def _ask(ws: Workspace) -> None:
    t = ws.words
    draft = open_new("leaving")
    ground = st.radio(
        t("leaving.choose_ground"),
        list(ExportGround),
        format_func=lambda one: t(f"leaving.ground.{one}"),
        index=None,
        key=draft.key("ground"),
    )
    clicked = (
        st.button(t("leaving.ask"), icon=":material/luggage:", key=draft.key("ask")) and ground is not None
    )
    if (
        step_up.confirmed(ws, clicked, key="leaving:ask")
        and ground is not None
        and ws.do(service_exports.ask, ground=ground)
    ):
        draft.close()
        st.toast(t("leaving.asked"))
        st.rerun()


def _sentence(ws: Workspace, one: Asked) -> str:
    t, export = ws.words, one.export
    head = t(
        "leaving.row",
        ground=t(f"leaving.ground.{export.ground}"),
        who=plain(one.asked_by),
        day=t.day(clock.day(export.created_at)),
    )
    if not export.is_open:
        return f"{head} {t('leaving.ended')}"
    until = t.day(clock.day(export.until_at))
    if export.confirmed_by is None:
        return f"{head} {t('leaving.waits', until=until)}"
    return f"{head} {t('leaving.signed', who=plain(one.confirmed_by), until=until)}"


def _decide(ws: Workspace, one: Asked) -> None:
    t, export = ws.words, one.export
    draft = open_draft(export)
    if one.may_confirm:
        st.caption(t("leaving.confirm_help"))
    with st.container(horizontal=True):
        confirm = one.may_confirm and st.button(
            t("leaving.confirm"), icon=":material/check:", key=draft.key("confirm")
        )
        half = one.is_mine and st.button(t("leaving.half"), icon=":material/key:", key=draft.key("half"))
        make = (
            one.is_mine
            and export.is_signed
            and st.button(t("leaving.make"), icon=":material/inventory_2:", key=draft.key("make"))
        )
        end = st.button(t("leaving.end" if export.is_signed else "leaving.take_back"), key=draft.key("end"))
    if step_up.confirmed(ws, confirm, key=f"leaving:confirm:{export.id}") and ws.do(
        service_exports.confirm, export.id, version=draft.version
    ):
        draft.close()
        st.toast(t("leaving.confirmed"))
        st.rerun()
    if step_up.confirmed(ws, half, key=f"leaving:half:{export.id}"):
        st.code(ws.read(service_exports.my_half, export.id), language=None)
        st.caption(
            t("leaving.half_help" if export.asked_by == ws.actor.person_id else "leaving.second_half_help")
        )
    if step_up.confirmed(ws, make, key=f"leaving:make:{export.id}"):
        with st.spinner(t("leaving.making")):
            ws.read(service_exports.make, export.id, folder=settings().leaving, words=t)
        st.toast(t("leaving.made"))
    if end and ws.do(service_exports.end, export.id, folder=settings().leaving, version=draft.version):
        draft.close()
        st.rerun()
    overtaken.show(ws, export, draft, label="common.look_again")
    if one.is_mine and export.is_signed:
        _take(ws, one)


def _take(ws: Workspace, one: Asked) -> None:
    t = ws.words
    length = ws.read(service_exports.made, one.export.id, folder=settings().leaving)
    if not length:
        return
    st.markdown(t("leaving.ready", size=t.number(max(0.1, round(length / _MEGABYTE, 1)))))
    last_look.offer(
        ws,
        t("leaving.take"),
        service_exports.document.of(one.export.id, folder=settings().leaving),
        file_name="service.zip",
        key=f"leaving:{one.export.id}",
    )
    st.caption(t("leaving.large", file=f"{one.export.id}.zip"))
