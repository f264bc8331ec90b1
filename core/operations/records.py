"""The records that steps of the protocol are told from, loaded at first need, each kind by one statement.

Every statement starts from what the actor may see: a file is read by its own side only.
"""

from datetime import date
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.content.expectations import TALK
from core.content.protocols import Protocol
from core.models import (
    Action,
    Agreement,
    AgreementLevel,
    Case,
    CaseFile,
    Cooperation,
    Event,
    HandedIn,
    Meeting,
    Minutes,
    MinutesApproval,
    PathEntry,
    RiskAssessment,
    RiskLevel,
    Subject,
    TPoint,
)

Rows: TypeAlias = list[Row[Any]]


class Records:
    """The records of one case, or of a cooperation where no case is given."""

    def __init__(
        self,
        db: Session,
        actor: Actor,
        protocol: Protocol,
        cooperation: Cooperation,
        case: Case | None = None,
    ) -> None:
        self.db, self.actor, self.protocol = db, actor, protocol
        self.cooperation, self._of_case = cooperation, case

    @property
    def case(self) -> Case:
        assert self._of_case is not None  # noqa: S101  the content names such a fact in phases of a case only
        return self._of_case

    @cached_property
    def meetings(self) -> Rows:
        """The meetings of the case, or those of both teams, in the order of their days."""
        statement = self._of_here(access.framed_meetings(self.actor), Meeting).with_only_columns(
            Meeting.id,
            Meeting.kind,
            Meeting.state,
            Meeting.is_consultation,
            Meeting.planned_at,
            Meeting.closed_at,
            Meeting.created_at,
            Meeting.created_by,
        )
        return list(self.db.execute(statement.order_by(Meeting.planned_at, Meeting.created_at)))

    @cached_property
    def approvals(self) -> Rows:
        meetings = self._of_here(access.framed_meetings(self.actor), Meeting).with_only_columns(Meeting.id)
        return list(
            self.db.execute(
                select(Minutes.meeting_id, MinutesApproval.person_id, MinutesApproval.created_at)
                .join(Minutes, Minutes.id == MinutesApproval.minutes_id)
                .where(Minutes.meeting_id.in_(meetings))
                .order_by(MinutesApproval.created_at, MinutesApproval.id)
            )
        )

    @cached_property
    def agreements(self) -> list[Agreement]:
        level = AgreementLevel.CASE if self._of_case else AgreementLevel.ORGANISATION
        statement = self._of_here(access.visible_agreements(self.actor), Agreement)
        return list(self.db.scalars(statement.where(Agreement.level == level).order_by(Agreement.created_at)))

    @cached_property
    def actions(self) -> Rows:
        statement = access.framed_actions(self.actor).with_only_columns(
            Action.service_id, Action.state, Action.created_at, Action.created_by, Action.done_on
        )
        return list(
            self.db.execute(statement.where(Action.case_id == self.case.id).order_by(Action.created_at))
        )

    @cached_property
    def assessments(self) -> Rows:
        """The risk assessments of the case, the newest last."""
        statement = access.framed_assessments(self.actor).with_only_columns(
            RiskAssessment.id, RiskAssessment.created_at, RiskAssessment.opened_at, RiskAssessment.opened_by
        )
        here = statement.where(RiskAssessment.case_id == self.case.id)
        return list(self.db.execute(here.order_by(RiskAssessment.number)))

    @cached_property
    def handed_in(self) -> set[tuple[UUID, UUID]]:
        """Which service handed in its first pass of which assessment."""
        marks = access.handed_in_marks(self.actor).with_only_columns(
            HandedIn.assessment_id, HandedIn.service_id
        )
        mine = marks.where(HandedIn.assessment_id.in_([one.id for one in self.assessments]))
        return {(row.assessment_id, row.service_id) for row in self.db.execute(mine)}

    @cached_property
    def risk_levels(self) -> Rows:
        """The levels that hold, the newest last."""
        statement = access.framed_risk_levels(self.actor).with_only_columns(
            RiskLevel.created_at, RiskLevel.chosen_by, RiskLevel.agreed_at, RiskLevel.agreed_by
        )
        mine = RiskLevel.assessment_id.in_([one.id for one in self.assessments])
        return list(self.db.execute(statement.where(mine, RiskLevel.holds).order_by(RiskLevel.created_at)))

    @cached_property
    def talks(self) -> list[date]:
        """The days of the talks about what she expects, on the path of the actor's own file alone."""
        statement = access.own_path_entries(self.actor).where(
            PathEntry.case_id == self.case.id,
            PathEntry.kind == TALK,
            PathEntry.removed_at.is_(None),
        )
        return list(self.db.scalars(statement.with_only_columns(PathEntry.happened_on)))

    @cached_property
    def t_points(self) -> list[TPoint]:
        statement = access.visible_t_points(self.actor).where(TPoint.case_id == self.case.id)
        return list(self.db.scalars(statement.order_by(TPoint.label)))

    @cached_property
    def own_subjects(self) -> list[Subject]:
        """The people of the actor's own file of this case: never those of the other service's."""
        statement = access.visible_subjects(self.actor)
        return list(
            self.db.scalars(
                statement.join(CaseFile, CaseFile.id == Subject.file_id)
                .where(CaseFile.case_id == self.case.id)
                .order_by(Subject.created_at)
            )
        )

    @cached_property
    def acts(self) -> Rows:
        """Joint acts of which the record itself keeps neither person nor moment."""
        statement = access.visible_events(self.actor).with_only_columns(
            Event.subject, Event.act, Event.person_id, Event.created_at
        )
        statement = statement.where(Event.case_id == self.case.id, Event.act.in_(["describe", "enter"]))
        return list(self.db.execute(statement.order_by(Event.created_at)))

    def _of_here(self, statement: Select[Any], model: type[Meeting | Agreement]) -> Select[Any]:
        if self._of_case is not None:
            return statement.where(model.case_id == self.case.id)
        return statement.where(model.case_id.is_(None), model.cooperation_id == self.cooperation.id)
