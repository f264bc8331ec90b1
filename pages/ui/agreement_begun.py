"""What this person typed into a draft and did not save, said before they approve it, with the ways to it."""

import streamlit as st

from core.operations import agreement_unsent
from core.operations.agreement_reading import Opened
from core.operations.agreement_unsent import Begun
from pages.ui import agreement_words, typed
from pages.ui.agreement_answers import prefix
from pages.ui.agreement_chapters import NEW, PARTIES, open_at
from pages.ui.plain import in_label
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

Place = tuple[str, str]


def show(ws: Workspace, opened: Opened) -> bool:
    """Say it, one way a place; does anything stand before the approval?"""
    t = ws.words
    kept = [_place(opened, one) for one in ws.read(agreement_unsent.mine, opened.agreement.id)]
    places = dict.fromkeys(place for place in [*kept, *_on_the_page(opened)] if place is not None)
    if not kept and not places:
        return False
    st.warning(t("agreement.unsent"), icon=":material/edit_note:")
    for chapter, key in places:
        label = t("agreement.unsent_at", where=in_label(_name(ws, opened, key)))
        if st.button(label, icon=":material/arrow_forward:", key=f"unsent:{chapter}:{key}"):
            open_at(opened, chapter, key)
            st.switch_page(page_file("draft"), query_params={"agreement": str(opened.agreement.id)})
    if None in kept:
        st.caption(t("agreement.unsent_aside"))
        st.page_link(page_file("me"), label=t("agreement.unsent_to_account"), icon=":material/person:")
    return True


def _place(opened: Opened, begun: Begun) -> Place | None:
    """Where its field stands; None where no field of the draft shows it."""
    if begun.is_aside:
        return None
    if begun.clause is not None:
        return begun.clause.chapter, begun.clause.key
    return (begun.name, NEW) if begun.is_new else _of_answer(opened, begun.name)


def _of_answer(opened: Opened, name: str) -> Place | None:
    place = opened.place_of_answer(name)
    return (place[0], place[1] or PARTIES) if place else None


def _on_the_page(opened: Opened) -> list[Place | None]:
    """Days, numbers and choices too, which stand in this browser alone."""
    by_id = {str(clause.id): clause for clause in opened.agreement.clauses}
    found: list[Place | None] = []
    for slot in typed.unsaved(prefix(opened)):
        what, name = slot.split(":")[:2]
        clause = by_id.get(name)
        if what == "answer":
            found.append(_of_answer(opened, name))
        elif clause is not None and clause.is_included:
            found.append((clause.chapter, clause.key))
    return found


def _name(ws: Workspace, opened: Opened, key: str) -> str:
    if key == PARTIES:
        return opened.content.parties_title
    if key == NEW:
        return ws.words("agreement_draft.new_clause")
    clause = next(one for one in opened.agreement.clauses if one.key == key)
    return agreement_words.clause_name(ws.words, opened, clause)
