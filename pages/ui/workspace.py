"""Who is here, in which language, and the only way from a page to the core: read and do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import streamlit as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from streamlit.delta_generator import DeltaGenerator

from core.access import Actor, Permission, may
from core.errors import Conflict, CoreError, Invalid, NotAllowed, Unavailable, Unproved
from core.locale import Words
from core.store import Store
from pages.ui import step_up, stores, taken
from pages.ui.plain import plain
from pages.ui.site import page_file

P = ParamSpec("P")
R = TypeVar("R")

SLOT = "workspace"
#: Refusals that say what stands in the own file.
_OF_OWN_FILE = {"error.names_in_joint", "error.looks_telling"}


@dataclass
class Workspace:
    """One person in front of one store, for one run of a page."""

    store: Store
    actor: Actor
    words: Words
    #: The session it stands on; empty in tests that need none.
    session: str = ""
    #: The meeting whose shared screen this browser is; nothing else is shown on it.
    shared: UUID | None = None
    #: Was the session looked up in this very run? Callbacks and fragments run before or without the frame.
    is_checked: bool = True
    #: Places under the fields of this run, where an error of that field is said.
    slots: dict[str, DeltaGenerator] = field(default_factory=dict)
    #: A place from which the forms of this run can be listened to; None once somebody does.
    ear: DeltaGenerator | None = None

    @property
    def sign_in_id(self) -> UUID:
        """The id of the session in its store."""
        return UUID(hex=self.session[1:])

    def check(self) -> None:
        """Raise NotAllowed where the session ended since the frame looked: a callback comes before the frame does."""
        if self.is_checked:
            return
        found = stores.presence(self.session)
        if found is None:
            raise NotAllowed("error.session_ended")
        self.actor = found.actor
        self.is_checked = True

    def renew(self) -> None:
        """Look the session up again: what is pressed in a panel runs without the frame. Ends the run where it ended."""
        self.is_checked = False
        try:
            self.check()
        except CoreError as raised:
            error = raised
        else:
            return
        self.show(error)
        st.stop()

    def read(
        self, operation: Callable[Concatenate[Session, Actor, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run an operation and return what it found; an error ends the page with its message.

        Where it must be certain first who reads, the page asks in place, and goes on once it is.
        """
        try:
            self.check()
            return self.store.read(operation, self.actor, *args, **kwargs)
        except CoreError as raised:
            error = raised
        if isinstance(error, Unproved):
            step_up.before_reading(self)
            return self.read(operation, *args, **kwargs)
        self.show(error)
        return st.stop()

    def look(
        self, operation: Callable[Concatenate[Session, Actor, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        """Like `read`, for what the page can do without: an error is said here, and the page goes on."""
        try:
            self.check()
            return self.store.read(operation, self.actor, *args, **kwargs)
        except CoreError as raised:
            error = raised
        self.show(error)
        return None

    def do(
        self, operation: Callable[Concatenate[Session, Actor, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> bool:
        """Run an operation in one transaction; say whether it was done, and show why where it was not."""
        return self.result(operation, *args, **kwargs) is not _REFUSED

    def make(
        self, operation: Callable[Concatenate[Session, Actor, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        """Like `do`, and return what the operation made; None where it was refused."""
        made = self.result(operation, *args, **kwargs)
        return None if made is _REFUSED else made  # type: ignore[return-value]

    def result(
        self, operation: Callable[Concatenate[Session, Actor, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R | object:
        error: CoreError
        try:
            self.check()
            return self.store.change(operation, self.actor, *args, **kwargs)
        except CoreError as raised:
            error = raised
        except (StaleDataError, IntegrityError):
            # Somebody else saved in the same moment; the database let one of the two win.
            error = Conflict()
        self.show(error)
        return _REFUSED

    def attempt(
        self, operation: Callable[Concatenate[Session, Actor, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> CoreError | None:
        """Run an operation in one transaction and return the error instead of showing it."""
        try:
            self.check()
            self.store.change(operation, self.actor, *args, **kwargs)
        except CoreError as raised:
            return raised
        except (StaleDataError, IntegrityError):
            return Conflict()
        return None

    def keep(
        self, operation: Callable[Concatenate[Session, Actor, P], object], *args: P.args, **kwargs: P.kwargs
    ) -> bool:
        """Keep a person's own typed text, even where their session has just ended: a time-out loses nothing.

        False where the database cannot keep it: the text stands on the page alone, and the page says so.
        """
        try:
            self.store.change(operation, self.actor, *args, **kwargs)
        except Unavailable as error:
            self.show(error)
            return False
        return True

    def glance(
        self, operation: Callable[Concatenate[Session, Actor, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R | None:
        """Look without being there: the idle time goes on. None where the session has ended."""
        if stores.presence(self.session, is_visit=False) is None:
            return None
        return self.store.read(operation, self.actor, *args, **kwargs)

    def file(
        self, operation: Callable[Concatenate[Session, Actor, P], bytes], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[], bytes]:
        """For a download button: the file is made when it is clicked, by an operation that may leave an event."""

        def make() -> bytes:
            # Runs outside the page, where nothing can be shown: an error ends the download.
            self.check()
            content = self.store.change(operation, self.actor, *args, **kwargs)
            taken.note(self.session, content)
            return content

        return make

    def show(self, error: CoreError) -> None:
        """Say an error: beside its field where the page has one, else here."""
        sentence = self.sentence(error)
        if isinstance(error, Invalid) and error.field in self.slots:
            self.slots[error.field].error(sentence)
        else:
            st.error(sentence)
        if isinstance(case_id := error.values.get("case_id"), UUID):
            # What was asked for hangs on a case whose joint space is closed: the case says what can be done.
            label = self.words("joint_space.to_case")
            st.page_link(
                page_file("case"),
                label=label,
                icon=":material/folder_shared:",
                query_params={"case": str(case_id)},
            )

    def sentence(self, error: CoreError) -> str:
        """An error in words; what somebody typed in it, as the name of a service, is said as it was typed.

        A wall that all of the room reads does not say that a typed name stands in the file of whose screen it is.
        """
        if self.shared is not None and error.key in _OF_OWN_FILE:
            return self.words("shared_screen.kept")
        values = {name: self._said(value) for name, value in error.values.items() if value is not None}
        return self.words(error.key, **values)

    def _said(self, value: object) -> object:
        if isinstance(value, str):
            return plain(value)
        return self.words.day(value) if isinstance(value, date) else value

    def slot(self, name: str) -> None:
        """Keep a place here for the error of a field."""
        self.slots[name] = st.empty()

    def may(self, permission: Permission) -> bool:
        return may(self.actor, permission)

    def chosen(self, what: str) -> UUID:
        """The id that the address names; ends the page where it names none."""
        found = self.chosen_or_none(what)
        if found is None:
            st.error(self.words("error.not_found"))
            st.stop()
        return found

    def chosen_or_none(self, what: str) -> UUID | None:
        try:
            return UUID(st.query_params.get(what, ""))
        except ValueError:
            return None


_REFUSED = object()


def workspace() -> Workspace:
    """The workspace that the frame made for this run; ends the page where nobody is signed in."""
    found = st.session_state.get(SLOT)
    if not isinstance(found, Workspace):
        st.stop()
    found.slots.clear()
    return found
