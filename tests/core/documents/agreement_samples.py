"""Two agreements with every question answered."""

from core.content.agreements import Agreement, Answer, Ask, load
from core.documents.agreement import AgreementDraft

_BY_KIND: dict[str, Answer] = {
    "number": 3,
    "days": 5,
    "months": 6,
    "hours": 24,
    "date": "2026-01-12",
    "long_text": "The first of two lines.\nThe second of two lines.",
}
_NAMES: dict[str, Answer] = {
    "pp_name": "Turning Point Marlen",
    "vss_name": "Aurora House",
    "pp_address": "Mill Lane 4, Marlen",
    "vss_address": "P.O. Box 12, Marlen",
    "pp_representative": "Mira T.",
    "vss_representative": "Lea V.",
    "pp_case_manager": "Ivo K.",
    "vss_case_manager": "Elena D.",
    "case_code": "MAR-07",
    "organisation_agreement_date": "12 January 2026",
    "country": "Marlenia",
}


def answer(ask: Ask) -> Answer:
    return _NAMES.get(ask.id) or ask.default or _BY_KIND.get(ask.kind, f"{ask.long_label} of the sample")


def answers(content: Agreement) -> dict[str, Answer]:
    return {ask.id: answer(ask) for ask in content.asks}


def full(agreement_id: str) -> AgreementDraft:
    content = load(agreement_id)
    return AgreementDraft(content=content, answers=answers(content))


def empty(agreement_id: str) -> AgreementDraft:
    return AgreementDraft(content=load(agreement_id))
