"""The case-level agreement of a generated case: answered, approved by both, signed and in force."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from core.content import agreements as content
from core.content.agreements import Answer
from core.db import Record
from core.demo import paper, story_agreements
from core.demo.stage import say
from core.documents import agreement as documents
from core.documents import kept_layout
from core.models import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    AgreementVersion,
    Approval,
    Case,
    ClauseState,
    SignedCopy,
)
from core.operations import agreement_texts, joint_spaces

#: Stands for the code of a case in the text that is laid out once.
_CODE: Final = "\N{WHITE SQUARE}code\N{WHITE SQUARE}"


@dataclass(frozen=True)
class Side:
    """Who signs for one of the two services; the perpetrator programme comes first."""

    service_id: UUID
    service: str
    person_id: UUID
    name: str


class Agreements:
    """Makes one agreement after the other; the text is laid out once and gets each case's code."""

    def __init__(self) -> None:
        self.library = content.load(AgreementLevel.CASE.value, 1, "en")
        self.signed = paper.pdf((say("signed.title"), say("signed.first"), say("signed.second")))
        self.text, self.layout = "", ""

    def of(self, case: Case, sides: Sequence[Side], first: date, last: date) -> Iterator[Record]:
        """The agreement and what hangs on it."""
        made_by = sides[0].person_id
        agreement = Agreement(
            level=AgreementLevel.CASE,
            cooperation_id=case.cooperation_id,
            case_id=case.id,
            state=AgreementState.IN_FORCE,
            answers=self._answers(case.code, sides, first, last),
            starts_on=first,
            ends_on=last,
            in_force_from=first,
            created_by=made_by,
            clauses=[
                AgreementClause(
                    key=clause.id,
                    chapter=clause.chapter,
                    position=place,
                    is_included=clause.is_default,
                    state=ClauseState.AGREED,
                )
                for place, clause in enumerate(self.library.clauses)
            ],
        )
        yield agreement
        yield from joint_spaces.open_to(agreement, str(agreement.answers["joint_roles"]))
        version = self._version(agreement, case.code, made_by)
        yield version
        for side in sides:
            yield Approval(version_id=version.id, service_id=side.service_id, person_id=side.person_id)
        yield SignedCopy(
            agreement_id=agreement.id,
            version_id=version.id,
            digest=hashlib.sha256(self.signed).hexdigest(),
            uploaded_by=made_by,
            data=self.signed,
        )

    def _version(self, agreement: Agreement, code: str, made_by: UUID) -> AgreementVersion:
        if not self.layout:
            blocks = agreement_texts.layout_of(agreement_texts.draft_of(agreement))
            self.text = documents.plain_text(blocks).replace(code, _CODE)
            self.layout = json.dumps(kept_layout.to_data(blocks), ensure_ascii=False).replace(code, _CODE)
        text = self.text.replace(_CODE, code)
        return AgreementVersion(
            agreement_id=agreement.id,
            number=1,
            text=text,
            digest=agreement_texts.digest(text),
            layout=json.loads(self.layout.replace(_CODE, code)),
            made_by=made_by,
        )

    def _answers(self, code: str, sides: Sequence[Side], first: date, last: date) -> dict[str, Answer]:
        known = {ask.id for ask in self.library.asks}
        codes = {"man": f"M-{code}", "woman": f"W-{code}"}
        return {
            name: answer
            for name, answer in (
                self.library.default_answers()
                | story_agreements.texts("case_answer", **codes)
                | story_agreements.NUMBERS
                | {
                    "case_code": code,
                    "organisation_agreement_date": f"{first:%d.%m.%Y}",
                    "pp_name": sides[0].service,
                    "pp_case_manager": sides[0].name,
                    "vss_name": sides[1].service,
                    "vss_case_manager": sides[1].name,
                    "man_code": codes["man"],
                    "woman_code": codes["woman"],
                    "persons_covered": "\n".join(codes.values()),
                    "start_date": first.isoformat(),
                    "end_date": last.isoformat(),
                }
            ).items()
            if name in known
        }
