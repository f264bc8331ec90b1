"""Questionnaires at T0 to T4 and their answers, which stay with the service that asked."""

from sqlalchemy import Select, false, select

from core.access.actors import Actor, Permission, is_worker, may
from core.access.files import visible_file_ids
from core.access.statements import kept
from core.models import Questionnaire, QuestionnaireAnswer, QuestionnaireResponse


@kept
def visible_responses(actor: Actor) -> Select[QuestionnaireResponse]:
    """What the person of the actor's own file was asked; the other side's never."""
    return select(QuestionnaireResponse).where(QuestionnaireResponse.file_id.in_(visible_file_ids(actor)))


@kept
def visible_questionnaire_answers(actor: Actor) -> Select[QuestionnaireAnswer]:
    own = visible_responses(actor).with_only_columns(QuestionnaireResponse.id)
    return select(QuestionnaireAnswer).where(QuestionnaireAnswer.response_id.in_(own))


@kept
def visible_questionnaires(actor: Actor) -> Select[Questionnaire]:
    """The services' own questionnaires: every one for an administrator, the released ones for who works with them."""
    if may(actor, Permission.ADMINISTER):
        return select(Questionnaire)
    if not is_worker(actor):
        return select(Questionnaire).where(false())
    return select(Questionnaire).where(Questionnaire.released_at.is_not(None))
