"""No sequence of operations shows a record to somebody outside its audience."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.errors import CoreError
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    EmergencyGround,
    FileNote,
    JointItem,
    Role,
    ServiceKind,
    SubjectKind,
)
from core.operations import (
    agreement_approvals,
    assignments,
    case_lists,
    cases,
    files,
    guests,
    joint_items,
    joint_spaces,
    leavers,
    requests,
)
from core.operations.files import Contacts
from core.operations.requests import Answer
from tests.make import Make, share

#: Everybody who takes part: a case manager and a colleague of each side, others, and strangers to the case.
PLAYERS = (
    "pp",
    "vss",
    "pp_colleague",
    "vss_colleague",
    "chair",
    "admin",
    "guest",
    "stranger_pp",
    "stranger_vss",
)
#: The two case managers act most, because most of what the others try is refused.
player = st.sampled_from(("pp", "vss") * 5 + PLAYERS)
worker = st.sampled_from(("pp", "vss", "pp_colleague", "vss_colleague", "stranger_pp"))
TOPICS = {ServiceKind.PP: "attendance", ServiceKind.VSS: "her_account"}


class Audience(RuleBasedStateMachine):
    """Walks one case, and keeps a book of its own about who may see what."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        connection = self.stack.enter_context(self.engine.execution_options(writes=True).connect())
        self.transaction = connection.begin()
        self.db = Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.marks = 0
        self.has_changed = True

    @initialize(is_paired=st.booleans())
    def begin(self, is_paired: bool) -> None:
        make = Make(self.db)
        cooperation, elsewhere = make.cooperation(), make.cooperation()
        cooperation.identification = "initials"
        pp, vss = cooperation.pp_id, cooperation.vss_id
        self.actors: dict[str, Actor] = {
            "pp": make.actor(pp),
            "vss": make.actor(vss),
            "pp_colleague": make.actor(pp),
            "vss_colleague": make.actor(vss, Role.PARTNER_CONTACT),
            "chair": make.actor(vss, Role.CHAIR),
            "admin": make.actor(pp, Role.ADMINISTRATOR),
            "guest": make.actor(make.service(ServiceKind.POLICE), Role.GUEST),
            "stranger_pp": make.actor(elsewhere.pp_id),
            "stranger_vss": make.actor(elsewhere.vss_id),
        }
        self.case: Case = cases.open(self.db, self.actors["pp"], cooperation_id=cooperation.id)
        #: The book: who works on the case, what each service wrote, what is shared now.
        self.at_work = {"pp"}
        self.written: dict[UUID, tuple[UUID, str]] = {}
        self.shared: dict[UUID, tuple[UUID, str]] = {}
        #: The agreement that opens the joint space, and whether an emergency does.
        self.agreement: Agreement | None = None
        self.is_emergency = False
        self.was_shared: set[str] = set()
        self.request: UUID | None = None
        if is_paired:
            self.ask("pp")
            self.answer("vss", Answer.PARALLEL_FILE)
            self.confirm("pp")
            self.confirm("vss")
            assert self.case.is_paired
            for who in ("pp", "vss"):
                self.add_note(who)
            self.agree()

    def attempt(self, act: Callable[[], object]) -> object | None:
        """Do it, or have it refused without a trace; a refusal is fine, a leak is not."""
        point = self.db.begin_nested()
        try:
            made = act()
            self.db.flush()
        except CoreError:
            point.rollback()
            self.db.expire_all()
            return None
        point.commit()
        self.has_changed = True
        return made

    def mark(self) -> str:
        self.marks += 1
        return f"mark{self.marks:04}x"

    @rule(who=worker)
    def ask(self, who: str) -> None:
        made = self.attempt(
            lambda: requests.ask(self.db, self.actors[who], self.case.id, identification="M.K.")
        )
        if made is not None and self.request is None:
            self.request = made.id  # type: ignore[attr-defined]

    @rule(who=player, answer=st.sampled_from(list(Answer)))
    def answer(self, who: str, answer: Answer) -> None:
        if self.request is None:
            return
        request, actor, manager = self.request, self.actors[who], self.actors["vss"].person_id

        def act() -> object:
            version = requests.find(self.db, actor, request).version
            return requests.answer(
                self.db, actor, request, answer=answer, case_manager_id=manager, version=version
            )

        if self.attempt(act) is not None and answer is Answer.PARALLEL_FILE:
            assert actor.service_id == self.actors["vss"].service_id
            self.at_work |= {who, "vss"} if who != "vss" else {"vss"}

    @rule(who=player)
    def confirm(self, who: str) -> None:
        self.attempt(lambda: requests.confirm(self.db, self.actors[who], self.case.id))

    @rule()
    def agree(self) -> None:
        """An agreement comes into force that names case managers and partner contacts, and no chair."""
        if not self.case.is_paired or self.agreement is not None:
            return
        self.agreement = Agreement(
            level=AgreementLevel.CASE,
            cooperation_id=self.case.cooperation_id,
            case_id=self.case.id,
            state=AgreementState.IN_FORCE,
            ends_on=clock.today() + timedelta(days=5),
            in_force_from=clock.today(),
            created_by=self.actors["pp"].person_id,
        )
        self.db.add(self.agreement)
        self.db.flush()
        self.db.add_all(joint_spaces.open_to(self.agreement, "partner_contact"))
        self.db.flush()
        self.has_changed = True

    @rule(who=player, is_early=st.booleans())
    def end_agreement(self, who: str, is_early: bool) -> None:
        """It is ended before its time by somebody who may, or its end comes."""
        found, today = self.agreement, clock.today()
        if found is None:
            return
        if is_early:
            ended = self.attempt(
                lambda: agreement_approvals.terminate(
                    self.db, self.actors[who], found.id, on=today, reason="It ends", version=found.version
                )
            )
            if ended is None:
                return
        else:
            found.ends_on = today - timedelta(days=1)
            self.db.flush()
        self.agreement, self.has_changed = None, True

    @rule(who=player, is_opened=st.booleans())
    def emergency(self, who: str, is_opened: bool) -> None:
        actor = self.actors[who]
        if is_opened:
            made = self.attempt(
                lambda: joint_spaces.open_emergency(
                    self.db, actor, self.case.id, ground=EmergencyGround.CHILD, reason=""
                )
            )
            # Once an agreement has ended it is asked for, and opens nothing until the other service confirms it.
            is_open = made is not None and not made.is_asked  # type: ignore[attr-defined]
            self.is_emergency = self.is_emergency or is_open
            return
        for opening in self.db.scalars(access.visible_emergencies(actor)).all():
            closed = self.attempt(
                lambda one=opening: joint_spaces.close_emergency(  # type: ignore[misc]
                    self.db, actor, one.id, version=one.version
                )
            )
            if closed is not None:
                self.is_emergency = False

    @rule(who=player)
    def confirm_emergency(self, who: str) -> None:
        actor = self.actors[who]
        for opening in self.db.scalars(access.visible_emergencies(actor)).all():
            confirmed = self.attempt(
                lambda one=opening: joint_spaces.confirm_emergency(  # type: ignore[misc]
                    self.db, actor, one.id, reason="So do we", version=one.version
                )
            )
            if confirmed is not None:
                assert actor.service_id != opening.service_id
                self.is_emergency = True

    def is_open_to(self, name: str) -> bool:
        """By the book: may this person read now what the other service shared?"""
        is_named = not self.actors[name].roles.isdisjoint({Role.CASE_MANAGER, Role.PARTNER_CONTACT})
        is_open = is_named if self.agreement is not None else self.is_emergency
        return name in self.at_work and is_open

    @rule(who=player, kind=st.sampled_from(list(SubjectKind)))
    def add_subject(self, who: str, kind: SubjectKind) -> None:
        actor, mark = self.actors[who], self.mark()
        made = self.attempt(
            lambda: files.add_subject(self.db, actor, self.case.id, kind=kind, contacts=Contacts(name=mark))
        )
        if made is not None:
            self.written[made.id] = (actor.service_id, mark)  # type: ignore[attr-defined]

    @rule(who=player)
    def add_note(self, who: str) -> None:
        actor, mark = self.actors[who], self.mark()
        made = self.attempt(
            lambda: files.add_note(
                self.db,
                actor,
                self.case.id,
                topic=TOPICS.get(actor.kind, "other"),
                text_=mark,
                source=mark,
                written_on=clock.today(),
            )
        )
        if made is not None:
            self.written[made.id] = (actor.service_id, mark)  # type: ignore[attr-defined]

    @rule(who=player, data=st.data())
    def share(self, who: str, data: st.DataObject) -> None:
        actor, mark = self.actors[who], self.mark()
        notes = [note.id for note in self.db.query(FileNote).order_by(FileNote.created_at)]
        own = [note for note in notes if self.written[note][0] == actor.service_id]
        if not notes:
            return
        # Mostly one's own; now and then somebody else's, which must be refused.
        note = data.draw(st.sampled_from(own * 5 + notes))
        made = self.attempt(lambda: share(self.db, actor, note, mark))
        if made is not None:
            assert self.written[note][0] == actor.service_id
            assert self.is_open_to(who)
            self.shared[made.id] = (actor.service_id, mark)  # type: ignore[attr-defined]

    @rule(who=player, data=st.data())
    def withdraw(self, who: str, data: st.DataObject) -> None:
        if not self.shared:
            return
        item = data.draw(st.sampled_from(sorted(self.shared)))
        if self.attempt(lambda: joint_items.withdraw(self.db, self.actors[who], item)) is not None:
            del self.shared[item]

    @rule(by=worker, who=player)
    def assign(self, by: str, who: str) -> None:
        person = self.actors[who].person_id
        if self.attempt(lambda: assignments.assign(self.db, self.actors[by], self.case.id, person_id=person)):
            assert self.actors[by].service_id == self.actors[who].service_id
            self.at_work.add(who)

    @rule(by=worker, who=player)
    def unassign(self, by: str, who: str) -> None:
        person = self.actors[who].person_id
        if self.attempt(
            lambda: assignments.unassign(self.db, self.actors[by], self.case.id, person_id=person)
        ):
            self.at_work.discard(who)

    @rule(by=worker, days=st.integers(0, 5))
    def invite(self, by: str, days: int) -> None:
        person, until = self.actors["guest"].person_id, clock.today() + timedelta(days=days)
        self.attempt(
            lambda: guests.invite(self.db, self.actors[by], self.case.id, person_id=person, until=until)
        )

    @rule(to=worker)
    def hand_over(self, to: str) -> None:
        pp, successor = self.actors["pp"].person_id, self.actors[to].person_id
        was_at_work = "pp" in self.at_work
        made = self.attempt(lambda: leavers.hand_over(self.db, self.actors["admin"], pp, to_id=successor))
        if made is not None and was_at_work:
            self.at_work.add(to)

    def seen_by(self, actor: Actor) -> str:
        """All the text and ids that any reading operation gives this person about the case."""
        found: list[object] = []
        for read in (
            lambda: files.mine(self.db, actor, self.case.id),
            lambda: joint_items.list_of_case(self.db, actor, self.case.id),
            lambda: case_lists.history(self.db, actor, self.case.id),
        ):
            try:
                found.append(read())
            except CoreError:
                continue
        found += [vars(one) for one in self.db.scalars(access.visible_subjects(actor))]
        found += [vars(one) for one in self.db.scalars(access.visible_notes(actor))]
        found += [vars(one) for one in self.db.scalars(access.visible_joint_items(actor))]
        found += [event.subject_id for event in self.db.scalars(access.visible_events(actor))]
        return repr(found)

    @invariant()
    def nobody_sees_what_is_not_theirs(self) -> None:
        if not self.has_changed:
            return
        self.has_changed = False
        for name, actor in self.actors.items():
            seen = self.seen_by(actor)
            for record, (service_id, mark) in self.written.items():
                if service_id != actor.service_id or name not in self.at_work:
                    assert mark not in seen, (name, mark)
                    assert str(record) not in seen, (name, record)
            for service_id, mark in self.shared.values():
                is_own = service_id == actor.service_id and name in self.at_work
                assert (mark in seen) == (is_own or self.is_open_to(name)), (name, mark)
            withdrawn = {item.text for item in self.db.query(JointItem)}
            withdrawn -= {mark for _, mark in self.shared.values()}
            assert not any(mark in seen for mark in withdrawn), name
            is_listed = case_lists.list_mine(self.db, actor).total == 1
            assert is_listed == (name in self.at_work), name

    def teardown(self) -> None:
        self.db.close()
        self.transaction.rollback()
        self.stack.close()


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 12), ("postgresql", 3)])
def test_no_sequence_of_operations_shows_a_record_outside_its_audience(
    request: pytest.FixtureRequest, kind: str, examples: int
) -> None:
    walk = type("Walk", (Audience,), {"engine": request.getfixturevalue(f"{kind}_engine")})

    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
