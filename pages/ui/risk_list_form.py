"""The forms of a list for risk: begin it by item or by file, add and take out items, release or discard it."""

import streamlit as st

from core.operations import risk_lists
from core.operations.risk_lists import Checklist, Group
from pages.ui.draft import Draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def begin(ws: Workspace) -> None:
    """The ways in: from the list that holds, back to the shipped one, item by item, or the text of a content file."""
    t = ws.words
    with st.container(horizontal=True, vertical_alignment="center", key="risk_list_ways"):
        from_current = st.button(
            t("risk_list.from_current"), icon=":material/edit_note:", key="list:from_current"
        )
        shipped = not ws.read(risk_lists.is_shipped) and st.button(
            t("risk_list.use_shipped"), icon=":material/undo:", key="list:use_shipped"
        )
    st.caption(t("risk_list.from_current_help"))
    if (from_current and ws.do(risk_lists.begin_from_current)) or (shipped and ws.do(risk_lists.use_shipped)):
        st.rerun()
    by_form, by_file = st.tabs([t("risk_list.by_form"), t("risk_list.by_file")])
    with by_form:
        draft = open_new("risk_list")
        with st.form(f"risk_list_begin_{draft.version}", border=False):
            title = st.text_input(t("risk_list.title"), key=draft.key("title"))
            ws.slot("title")
            source = st.text_area(t("risk_list.source"), height=80, key=draft.key("source"))
            ws.slot("source")
            item, group, item_source = _fields(ws, draft)
            save = st.form_submit_button(t("risk_list.begin"), type="primary")
        if save and ws.do(
            risk_lists.begin, title=title, source=source, item=item, group=group, item_source=item_source
        ):
            draft.close()
            st.rerun()
    with by_file:
        draft = open_new("risk_list_file")
        with st.form(f"risk_list_file_{draft.version}", border=False):
            st.caption(t("risk_list.file_help"))
            st.code(_EXAMPLE, language="toml")
            typed = st.text_area(t("risk_list.file"), height=240, key=draft.key("file"))
            ws.slot("file")
            save = st.form_submit_button(t("risk_list.file_check"), type="primary")
        if save and ws.do(risk_lists.enter_file, typed=typed):
            draft.close()
            st.rerun()


#: What a content file looks like; a shape, not words of the interface.
_EXAMPLE = """title = "…"
source = "…"

[[item]]
group = "serious"
text = "…"
source = "…"

[[item]]
group = "non_specific"
text = "…"
"""


def _fields(ws: Workspace, draft: Draft) -> tuple[str, Group | None, str]:
    t = ws.words
    item = st.text_input(t("risk_list.item"), key=draft.key("item"))
    ws.slot("item")
    group = st.radio(
        t("risk_list.group"),
        list(Group),
        index=None,
        format_func=lambda one: t(f"risk.group.{one}"),
        horizontal=True,
        key=draft.key("group"),
    )
    ws.slot("group")
    item_source = st.text_input(t("risk_list.item_source"), key=draft.key("item_source"))
    ws.slot("item_source")
    return item, group, item_source


def show(ws: Workspace, content: Checklist, opened: Draft) -> None:
    """The list as it is so far, with a way to take each item out and one to add another."""
    t = ws.words
    st.markdown(f"**{plain(content.title)}**  \n:small[{plain(content.source)}]")
    for group in content.groups:
        st.subheader(t(f"risk.group.{group}"))
        for item in content.of(group):
            with st.container(horizontal=True, vertical_alignment="center", key=f"risk_list_{item.id}"):
                st.markdown(f"{plain(item.title)}  \n:small[:gray[{plain(item.source)}]]")
                clicked = st.button(
                    t("risk_list.drop"), icon=":material/delete:", key=f"drop:{item.id}:{opened.version}"
                )
            if clicked and ws.do(risk_lists.drop_item, item_id=item.id, version=opened.version):
                opened.close()
                st.rerun()
    draft = open_new("risk_list_item")
    with st.form(f"risk_list_item_{draft.version}", border=True):
        item_, group_, source = _fields(ws, draft)
        save = st.form_submit_button(t("risk_list.add"))
    if save and ws.do(
        risk_lists.add_item, item=item_, group=group_, item_source=source, version=opened.version
    ):
        draft.close()
        opened.close()
        st.rerun()


def end(ws: Workspace, opened: Draft) -> None:
    t = ws.words
    st.caption(t("risk_list.release_help"))
    with st.container(horizontal=True):
        release = st.button(
            t("risk_list.release"), type="primary", icon=":material/lock:", key="list:release"
        )
        discard = st.button(t("risk_list.discard"), icon=":material/delete:", key="list:discard")
    if (release and ws.do(risk_lists.release, version=opened.version)) or (
        discard and ws.do(risk_lists.discard, version=opened.version)
    ):
        opened.close()
        st.rerun()
