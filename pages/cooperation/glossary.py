"""The shared glossary: words in one meaning, and what is still understood differently."""

import streamlit as st

from core.operations import cooperations, glossary_terms
from pages.ui import cooperation_choice
from pages.ui.choices import distinct
from pages.ui.draft import open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

cooperation = ws.read(cooperations.find, cooperation_choice.chosen(ws, "glossary"))
cooperation_choice.show_head(ws, cooperation, here="glossary")
terms = {term.id: term for term in ws.read(glossary_terms.of_cooperation, cooperation.id)}
left = {term.id: term for term in ws.read(glossary_terms.starters_left, cooperation.id)}

lines = []
for term in terms.values():
    line = f"**{plain(term.term)}**  \n{plain(term.meaning)}"
    if term.difference:
        line += f"  \n:gray[{t('glossary.differently')} {plain(term.difference)}]"
    lines.append(line)
st.markdown("\n\n".join(lines) if lines else t("glossary.empty"))

chosen = st.selectbox(
    t("glossary.change"),
    list(terms),
    index=None,
    format_func=distinct(terms, lambda one: terms[one].term),
    placeholder=t("glossary.new"),
    key=f"term:{cooperation.id}",
)
found = terms[chosen] if chosen else None
draft = open_draft(found) if found else open_new(f"term:{cooperation.id}")
form = Kept(ws, f"term:{found.id if found else cooperation.id}")
with st.form("term"):
    word = form.line("term", t("glossary.term"), value=found.term if found else "", key=draft.key("term"))
    ws.slot("term")
    meaning = form.area(
        "meaning",
        t("glossary.meaning"),
        value=found.meaning if found else "",
        key=draft.key("meaning"),
        height=100,
    )
    ws.slot("meaning")
    difference = form.area(
        "difference",
        t("glossary.difference"),
        value=found.difference if found else "",
        key=draft.key("difference"),
        height=80,
    )
    ws.slot("difference")
    with st.container(horizontal=True):
        save = st.form_submit_button(t("glossary.save"), type="primary")
        drop = st.form_submit_button(t("glossary.drop")) if found else False

if found:
    done = (
        save
        and ws.do(
            glossary_terms.revise,
            found.id,
            term=word,
            meaning=meaning,
            difference=difference,
            version=draft.version,
        )
    ) or (drop and ws.do(glossary_terms.drop, found.id, version=draft.version))
else:
    done = save and ws.do(
        glossary_terms.add, cooperation.id, term=word, meaning=meaning, difference=difference
    )
if done:
    form.close(draft)
    st.rerun()
if found and found.version != draft.version:
    st.caption(t("phase_1.theirs"))
    st.markdown(f"**{plain(found.term)}**  \n{plain(found.meaning)}  \n{plain(found.difference)}")
    st.button(t("phase_1.take_theirs"), on_click=form.close, args=(draft,))

if left:
    begin = open_new(f"starters:{cooperation.id}:{len(left)}")
    with st.expander(t("glossary.starters"), icon=":material/playlist_add:", expanded=not terms):
        st.markdown(t("glossary.starters_help"))
        st.markdown(
            "\n\n".join(
                f"**{plain(one.term)}**  \n{plain(one.meaning)}  \n:gray[:small[{plain(one.discuss)}]]"
                for one in left.values()
            )
        )
        with st.form("starters", border=False):
            keys = st.multiselect(
                t("glossary.take"),
                list(left),
                default=list(left),
                format_func=lambda one: left[one].term,
                wrap=True,
                key=begin.key("keys"),
            )
            take = st.form_submit_button(t("glossary.take_save"))
        if take and ws.do(glossary_terms.take_starters, cooperation.id, keys=keys):
            begin.close()
            st.rerun()
