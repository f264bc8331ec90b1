"""On the way in, after a right password or code: the second step, a password of one's own, and only then the pages.

The tab holds a token of the arrival, on the server; what has been proved is in the database (core.sign_in.arrivals).
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from core.errors import CoreError, Invalid
from core.locale import Words
from core.sign_in import Step, arrivals
from core.store import Store
from pages.ui import code_hint, context, enrolment, go, stores

P = ParamSpec("P")
R = TypeVar("R")
_TOKEN = "arrival"  # noqa: S105  the name of a slot
_CODES = "arrival:codes"


def begin(token: str) -> None:
    """Somebody has proved the first step: the next run shows what is due."""
    st.session_state[_TOKEN] = token
    st.rerun()


def show(words: Words, store: Store) -> bool:
    """Show the step that is due; False where nobody is on the way in this tab."""
    token = st.session_state.get(_TOKEN)
    if not isinstance(token, str):
        return False
    way = _Way(words, store, token)
    due = way.do(arrivals.step)
    if due is None:
        _forget()
        return False
    match due:
        case Step.FACTOR:
            way.factor()
        case Step.PASSWORD:
            way.password()
        case Step.ENROLMENT:
            way.enrolment()
        case Step.TICKET:
            way.arrived()
    # Whoever has proved everything reads their recovery codes, and goes nowhere else.
    if due is not Step.TICKET and st.button(
        words("sign_in.start_again"), type="tertiary", icon=":material/arrow_back:"
    ):
        _forget()
        st.rerun()
    return True


def _forget() -> None:
    for slot in (_TOKEN, _CODES):
        st.session_state.pop(slot, None)


class _Way:
    """One arrival, for one run of the page."""

    def __init__(self, words: Words, store: Store, token: str) -> None:
        self.words, self.store, self.token = words, store, token
        self.places = {"": st.empty()}

    def do(
        self, operation: Callable[Concatenate[Session, str, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        """Run one step in one transaction; None where it was refused, and shown why."""
        try:
            with self.store.writing.begin() as db:
                return operation(db, self.token, *args, **kwargs)
        except CoreError as raised:
            error = raised
        field = error.field if isinstance(error, Invalid) else ""
        self.places.get(field, self.places[""]).error(self.words(error.key, **error.values))
        return None

    def factor(self) -> None:
        words = self.words
        st.subheader(words("factor.title"))
        st.markdown(words("factor.help"))
        with st.form("factor"):
            typed = st.text_input(words("factor.code"), key="factor:code", autocomplete="one-time-code")
            code_hint.show(words)
            self.places["code"] = st.empty()
            sent = st.form_submit_button(words("factor.button"), type="primary")
        if sent:
            attempt_id = self.do(arrivals.knock, context.visitor())
            if attempt_id is not None:
                due = self.do(arrivals.give_factor, typed, attempt_id=attempt_id)
                if due is None:
                    self.do(arrivals.refused)
                self.go_on(due)

    def password(self) -> None:
        words = self.words
        st.subheader(words("sign_in.new_password"))
        st.markdown(words("sign_in.new_password_help"))
        with st.form("password"):
            password = st.text_input(words("first_start.password"), type="password", key="new:password")
            self.places["password"] = st.empty()
            again = st.text_input(words("first_start.again"), type="password", key="new:again")
            self.places["again"] = st.empty()
            sent = st.form_submit_button(words("sign_in.set_password"), type="primary")
        if sent:
            self.go_on(self.do(arrivals.choose_password, password=password, again=again))

    def enrolment(self) -> None:
        shown = self.do(arrivals.enrolment)
        if shown is None:
            return
        st.subheader(self.words("factor.set_up"))
        st.markdown(self.words("factor.set_up_anew" if shown.is_anew else "factor.set_up_help"))
        typed, self.places["code"] = enrolment.ask(self.words, shown, key="enrolment")
        codes = self.do(arrivals.enrol, typed) if typed is not None else None
        if codes is not None:
            st.session_state[_CODES] = codes
            st.rerun()

    def go_on(self, due: Step | None) -> None:
        """Come in where everything is proved; else the next run shows what is due."""
        if due is Step.TICKET:
            self.arrived()
        elif due is not None:
            st.rerun()

    def arrived(self) -> None:
        """Come in, after the recovery codes were kept where there are new ones."""
        codes = st.session_state.get(_CODES)
        if codes and not enrolment.kept(self.words, codes, key="arrival"):
            return
        if codes:
            self.do(arrivals.have_kept_codes)
        ticket = self.do(arrivals.issue_ticket, context.visitor())
        if ticket is not None:
            _forget()
            go.enter(stores.letter(self.store) + ticket)
