"""Choosing the chapter and the clause of a draft; the choice stays while other things are saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from core.operations.agreement_reading import Opened
from core.operations.agreements import AgreementClause
from pages.ui import agreement_words, relabel
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

#: In the place of a clause: the table of parties, and the form for a new clause.
PARTIES: Final = "parties"
NEW: Final = "new"


@dataclass(frozen=True)
class Here:
    """What of the draft is opened."""

    opened: Opened
    chapter: str
    key: str
    clause: AgreementClause | None

    @property
    def is_first(self) -> bool:
        return self.chapter == self.opened.content.chapters[0].id

    def go(self, chapter: str, key: str) -> None:
        """Open another clause in the next run."""
        open_at(self.opened, chapter, key)

    def unsaved(self, answers: Mapping[str, Any], wording: str | None) -> list[str]:
        """The names of what is typed and not saved."""
        names = [self.opened.content.ask(name).long_label for name in answers]
        if wording is not None and self.clause is not None:
            names.append(self.opened.clause_text(self.clause).heading)
        return names


def chooser(ws: Workspace, opened: Opened) -> Here:
    """Show the chapters, the clauses of the chosen one, and the ways to the next one and the next gap."""
    t = ws.words
    chapters = {chapter.id: chapter for chapter in opened.content.chapters}
    gaps = _gaps(opened)
    wanted = st.session_state.pop(f"go:{opened.agreement.id}", None)
    chapter_key = f"chapter:{opened.agreement.id}"
    if wanted is not None:
        st.session_state[chapter_key] = wanted[0]
    st.session_state.setdefault(chapter_key, next(iter(chapters)))
    chosen_chapter = st.pills(
        t("agreement_draft.chapter"),
        list(chapters),
        format_func=lambda one: _chapter_label(chapters[one].title, gaps.get(one, 0)),
        wrap=True,
        key=chapter_key,
        required=True,
        label_visibility="collapsed",
    )
    chapter = chosen_chapter or next(iter(chapters))
    clauses = {clause.key: clause for clause in opened.clauses_of(chapter)}
    options = [*([PARTIES] if chapters[chapter].is_opening else []), *clauses, NEW]
    clause_key = f"clause:{opened.agreement.id}:{chapter}"
    if wanted is not None and wanted[1] in options:
        st.session_state[clause_key] = wanted[1]
    if st.session_state.get(clause_key) not in options:
        st.session_state[clause_key] = options[0]
    labels = _labels(ws, opened, clauses)
    relabel.keep_choice(clause_key, labels)
    with st.container(horizontal=True, vertical_alignment="bottom", key="clause_chooser"):
        chosen = st.selectbox(
            t("agreement_draft.clause"), options, format_func=lambda one: labels[one], key=clause_key
        )
        before, after = _beside(opened, chapter, chosen)
        _step(opened, t("agreement_draft.previous"), "chevron_left", before)
        _step(opened, t("agreement_draft.next"), "chevron_right", after)
        gap = _next_gap(opened, chapter, chosen)
        if gap is not None:
            st.button(
                t("agreement_draft.next_gap"),
                icon=":material/target:",
                key="next_gap",
                on_click=open_at,
                args=(opened, *gap),
            )
    if after is None:
        _at_the_end(ws, opened)
    return Here(opened, chapter, chosen, clauses.get(chosen))


def _labels(ws: Workspace, opened: Opened, clauses: Mapping[str, AgreementClause]) -> dict[str, str]:
    t = ws.words
    parties = opened.content.parties_title
    missing = len(opened.missing_of_parties())
    if missing:
        parties = f"{parties} · {t.count('agreement_draft.missing_here', missing)}"
    return {
        PARTIES: parties,
        NEW: t("agreement_draft.new_clause"),
        **{key: agreement_words.clause_label(t, opened, clause) for key, clause in clauses.items()},
    }


def _step(opened: Opened, label: str, icon: str, to: tuple[str, str] | None) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=icon,
        disabled=to is None,
        on_click=open_at,
        args=(opened, *(to or ("", ""))),
    )


def _at_the_end(ws: Workspace, opened: Opened) -> None:
    """What comes after the last clause: what is missing, else reading the whole and the approval."""
    t = ws.words
    with st.container(horizontal=True, vertical_alignment="center", key="draft_end"):
        st.markdown(t("agreement_draft.end" if opened.is_complete else "agreement_draft.end_needs"))
        if st.button(t("agreement_draft.read_whole"), icon=":material/article:", key="read_whole"):
            st.session_state[f"view:{opened.agreement.id}"] = "text"
            st.switch_page(page_file("agreement"), query_params={"agreement": str(opened.agreement.id)})


def open_at(opened: Opened, chapter: str, key: str) -> None:
    """Open a clause of the draft in the next run."""
    st.session_state[f"go:{opened.agreement.id}"] = (chapter, key)


def _places(opened: Opened) -> list[tuple[str, str]]:
    """Where something is missing or contested, each place once."""
    missing = [opened.place_of(item) for item in opened.missing]
    contested = [(placed.chapter, placed.id) for placed in opened.contested]
    return list(dict.fromkeys([*missing, *contested]))


def _gaps(opened: Opened) -> dict[str, int]:
    """How much is missing or contested in each chapter."""
    found = [opened.place_of(item)[0] for item in opened.missing]
    found += [placed.chapter for placed in opened.contested]
    return {chapter: found.count(chapter) for chapter in found}


def _chapter_label(title: str, gaps: int) -> str:
    return f"{title} ({gaps})" if gaps else title


def _next_gap(opened: Opened, chapter: str, chosen: str) -> tuple[str, str] | None:
    """The next place, in the order of the text, after the one that is opened; from the end on to the beginning."""
    order = _order(opened)
    wanted = {(where, key or PARTIES) for where, key in _places(opened)} - {(chapter, chosen)}
    start = order.index((chapter, chosen)) + 1 if (chapter, chosen) in order else 0
    return next((place for place in [*order[start:], *order[:start]] if place in wanted), None)


def _order(opened: Opened) -> list[tuple[str, str]]:
    """The parties and all clauses, in the order of the text."""
    order = [(one.id, PARTIES) for one in opened.content.chapters if one.is_opening]
    return order + [(clause.chapter, clause.key) for clause in opened.in_order]


def _beside(
    opened: Opened, chapter: str, chosen: str
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The places before and after the opened one, over the ends of chapters; a new clause stands at the end of its own."""
    order = _order(opened)
    if (chapter, chosen) not in order:
        until = [one.id for one in opened.content.chapters]
        until = until[: until.index(chapter) + 1]
        before = [place for place in order if place[0] in until]
        after = order[len(before) :]
    else:
        here = order.index((chapter, chosen))
        before, after = order[:here], order[here + 1 :]
    return (before[-1] if before else None), (after[0] if after else None)
