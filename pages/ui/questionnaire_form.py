"""Entering a questionnaire of one's own: its two files pasted or taken from a folder, looked at, released or discarded."""

import streamlit as st

from core.content import questionnaires as content
from core.content.questionnaires import Kind, Question
from core.operations import questionnaires
from core.operations.questionnaires import FOLDER
from core.settings import settings
from pages.ui.draft import Draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def begin(ws: Workspace) -> None:
    """Two ways in: the texts of two files, or what lies in the folder of the installation."""
    t = ws.words
    by_text, by_folder = st.tabs([t("questionnaires.by_text"), t("questionnaires.by_folder")])
    with by_text:
        draft = open_new("questionnaire")
        with st.form(f"questionnaire_{draft.version}", border=False):
            left, right = st.columns(2)
            with left:
                structure = st.text_area(
                    t("questionnaires.structure"),
                    height=320,
                    placeholder=_STRUCTURE,
                    key=draft.key("structure"),
                )
                ws.slot("structure")
            with right:
                words = st.text_area(
                    t("questionnaires.words"), height=320, placeholder=_WORDS, key=draft.key("words")
                )
                ws.slot("words")
            save = st.form_submit_button(t("questionnaires.check"), type="primary")
        if save and ws.do(questionnaires.enter, structure=structure, words=words):
            draft.close()
            st.rerun()
    with by_folder:
        _folder(ws)


#: What the two files look like; a shape, not words of the interface.
_STRUCTURE = """id = "ours_t0_her"
version = 1
respondent = "her"
times = ["T0"]

[[scale]]
id = "how_often"
option = [{ id = "never" }, { id = "often" }]

[[question]]
id = "asked_first"
domain = "violence"
kind = "choice"
scale = "how_often"
better = "less"
"""
_WORDS = """title = "…"
banner = "…"
source = "…"

[scale.how_often.option.never]
title = "…"

[scale.how_often.option.often]
title = "…"

[question.asked_first]
title = "…"
"""


def _folder(ws: Workspace) -> None:
    t = ws.words
    st.caption(t("questionnaires.folder_help", path=plain(str(settings().home / FOLDER))))
    found = ws.read(questionnaires.folders)
    if not found:
        st.markdown(t("questionnaires.folder_none"))
        return
    name = st.selectbox(t("questionnaires.folder"), list(found), key="questionnaire:folder")
    for field in ("structure", "words"):
        ws.slot(field)
    if st.button(t("questionnaires.check"), key="questionnaire:from_folder") and ws.do(
        questionnaires.enter_folder, name=name
    ):
        st.rerun()


def show(ws: Workspace, form: content.Questionnaire) -> None:
    """Everything that it will ask, as it was read."""
    t = ws.words
    who, times = t(f"change.{form.respondent}"), ", ".join(form.times)
    st.markdown(
        f"{t('questionnaires.asked_at', who=who, times=times)}  \n{plain(form.banner)}  \n"
        f":small[{plain(form.source)}]"
    )
    for domain in content.load_domains(language=t.language).domains:
        those = [one for one in form.questions if one.domain == domain.id]
        if those:
            st.subheader(plain(domain.title))
            st.markdown("\n".join(_line(ws, form, one) for one in those))


def _line(ws: Workspace, form: content.Questionnaire, one: Question) -> str:
    t = ws.words
    options = " / ".join(option.title for option in form.options(one))
    said = [options or t(f"questionnaires.{'number' if one.kind is Kind.NUMBER else 'text'}")]
    if one.better is not None:
        said.append(t(f"questionnaires.better_{one.better}"))
    if one.times:
        said.append(t("questionnaires.only_at", times=", ".join(one.times)))
    if one.show_if is not None:
        earlier = form.question(one.show_if.question)
        wanted = " / ".join(form.said(earlier, each) for each in one.show_if.answers)
        said.append(t("questionnaires.if_said", question=earlier.title, answers=wanted))
    return f"- {plain(one.title)}  \n:small[{plain(' · '.join(said))}]"


def end(ws: Workspace, opened: Draft) -> None:
    t = ws.words
    st.caption(t("questionnaires.release_help"))
    with st.container(horizontal=True):
        release = st.button(
            t("questionnaires.release"), type="primary", icon=":material/lock:", key="questionnaire:release"
        )
        discard = st.button(
            t("questionnaires.discard"), icon=":material/delete:", key="questionnaire:discard"
        )
    if (release and ws.do(questionnaires.release, version=opened.version)) or (
        discard and ws.do(questionnaires.discard, version=opened.version)
    ):
        opened.close()
        st.rerun()
