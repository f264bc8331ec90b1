"""Share something from a note with the other service: word it, see exactly what they will see, then share."""

import streamlit as st

from core.operations import files, joint_items
from core.operations.joint_items import UseRule
from pages.ui import case_head, joint, meant, release_click, release_terms
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

note, case_id = ws.read(files.open_note, ws.chosen("note"))
case = case_head.show(ws, case_id, "share")
st.header(t("share.title"))
st.page_link(
    page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params={"case": str(case.id)}
)
st.info(t(f"share.guide_{ws.actor.kind}"), icon=":material/shield:")

draft = open_draft(note, "share")
left, right = st.columns(2)
with left:
    st.subheader(t("share.word"))
    # Outside a form, so that the preview beside it follows what is typed.
    form = Kept(ws, f"share:{note.id}", case.id)
    text = form.area("text", t("note.text"), value=note.text, height=200, key=draft.key("text"))
    ws.slot("text")
    source = form.line("source", t("share.source"), key=draft.key("source"), help=t("share.source_help"))
    ws.slot("source")
    use_rule = st.radio(
        t("share.rule"),
        list(UseRule),
        format_func=lambda rule: t(f"use.{rule}"),
        captions=[t(f"use.means.{rule}") for rule in UseRule],
        key=draft.key("rule"),
    )
    st.subheader(t("share.ground"))
    terms = release_terms.ask(ws, form, draft, case.id)
rule = use_rule or UseRule.RISK_ONLY
with right:
    st.subheader(t("share.preview"))
    st.caption(t("share.preview_help"))
    seen = ws.read(joint_items.preview, note.id, text_=text, source=source, use_rule=rule, terms=terms)
    with st.container(border=True, key="card_preview"):
        joint.show(ws, [seen.shown])
    is_meant = meant.ask(ws, seen.found, draft)
    release_click.button(ws, case.id, draft, t("share.button"), seen.digest, icon=":material/share:")
    clicked = release_click.seen(ws, draft, terms)
    if clicked and (
        shared := ws.make(
            joint_items.share,
            note.id,
            text_=text,
            source=source,
            use_rule=rule,
            terms=terms,
            names_are_meant=is_meant,
            seen=clicked,
        )
    ):
        form.close(draft)
        st.toast(t("share.done" if shared.released_at else "share.asked"))
        st.switch_page(page_file("case"), query_params={"case": str(case.id)})
