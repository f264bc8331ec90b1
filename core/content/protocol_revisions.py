"""A new version of the protocol out of an old one: renamed, re-ordered, a step more or a step less.

Nothing here changes a protocol; each function gives a new one back, so that they can follow one another. Begin
with `next_version`: open cases stay on the version that they began with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from core import text
from core.content.protocols import Completion, Fact, Phase, Protocol, Scope, Screen, Side, Step
from core.errors import Invalid

PHASE_WORDS: Final = frozenset({"title", "purpose", "who_meets", "what_next", "source"})
STEP_WORDS: Final = frozenset({"title", "help"})
LONGEST: Final = 1000
#: Screens on which a step done by hand makes sense: of a case, and of the cooperation, which has no case to show.
_SCREENS: Final = {
    Scope.CASE: (
        Screen.CASE,
        Screen.FILE,
        Screen.CONTACT,
        Screen.MEETINGS,
        Screen.RISK,
        Screen.PLAN,
        Screen.TIMELINE,
        Screen.CHANGE,
    ),
    Scope.COOPERATION: (
        Screen.COOPERATION,
        Screen.PHASE_1,
        Screen.GLOSSARY,
        Screen.TRAINING,
        Screen.MEETINGS,
        Screen.AGREEMENT,
    ),
}
#: Screens that only one side can open.
_OF_ONE_SIDE: Final = {Screen.CONTACT: Side.VSS}


def next_version(protocol: Protocol, version: int) -> Protocol:
    """The same under a new number, to be changed from there."""
    return protocol.model_copy(update={"version": version})


def reword(
    protocol: Protocol, phase_id: str, texts: Mapping[str, str], *, step_id: str | None = None
) -> Protocol:
    """Other words for a phase, or for one of its steps."""
    phase = _phase(protocol, phase_id)
    if step_id is None:
        return _with_phase(protocol, phase.model_copy(update=_typed(texts, PHASE_WORDS)))
    step = _step(phase, step_id).model_copy(update=_typed(texts, STEP_WORDS))
    return _with_steps(protocol, phase, [step if one.id == step_id else one for one in phase.steps])


def order_phases(protocol: Protocol, order: Sequence[str]) -> Protocol:
    """The phases in the given order, which names each of them once."""
    phases = {phase.id: phase for phase in protocol.phases}
    _complete(order, phases)
    return protocol.model_copy(update={"phases": tuple(phases[phase_id] for phase_id in order)})


def order_steps(protocol: Protocol, phase_id: str, order: Sequence[str]) -> Protocol:
    """The steps of a phase in the given order, which names each of them once."""
    phase = _phase(protocol, phase_id)
    steps = {step.id: step for step in phase.steps}
    _complete(order, steps)
    return _with_steps(protocol, phase, [steps[step_id] for step_id in order])


def screens(scope: Scope, side: Side) -> tuple[Screen, ...]:
    """The screens to which a step of this side can lead in a phase of this scope."""
    return tuple(screen for screen in _SCREENS[scope] if _OF_ONE_SIDE.get(screen, side) is side)


def add_step(
    protocol: Protocol,
    phase_id: str,
    *,
    title: str,
    help_text: str,
    page: Screen,
    side: Side = Side.BOTH,
) -> Protocol:
    """One more step at the end of a phase; a person says when it is done.

    Raises Invalid where its side cannot open the page from such a phase. Its id holds the version, so that a mark on it can never be read as a mark on another version's step.
    """
    phase = _phase(protocol, phase_id)
    if page not in screens(phase.scope, side):
        raise Invalid("error.step_leads_nowhere", field="page")
    texts = _typed({"title": title, "help": help_text}, STEP_WORDS)
    prefix = f"own_{protocol.version}_"
    taken = {step.id for step in phase.steps}
    step_id = next(name for number in count(1) if (name := f"{prefix}{number}") not in taken)
    by_hand = Completion(fact=Fact.HAND)
    step = Step(
        id=step_id, page=page, side=side, completes_by=by_hand, title=texts["title"], help=texts["help"]
    )
    return _with_steps(protocol, phase, [*phase.steps, step])


def drop_step(protocol: Protocol, phase_id: str, step_id: str) -> Protocol:
    """A phase without one of its steps. A phase keeps at least one."""
    phase = _phase(protocol, phase_id)
    dropped = _step(phase, step_id)
    if len(phase.steps) == 1:
        raise Invalid("error.phase_needs_a_step", field="step")
    return _with_steps(protocol, phase, [step for step in phase.steps if step is not dropped])


def _phase(protocol: Protocol, phase_id: str) -> Phase:
    try:
        return protocol.phase(phase_id)
    except KeyError:
        raise Invalid("error.unknown_phase", field="phase") from None


def _step(phase: Phase, step_id: str) -> Step:
    try:
        return phase.step(step_id)
    except KeyError:
        raise Invalid("error.unknown_step", field="step") from None


def _with_phase(protocol: Protocol, phase: Phase) -> Protocol:
    phases = tuple(phase if one.id == phase.id else one for one in protocol.phases)
    return protocol.model_copy(update={"phases": phases})


def _with_steps(protocol: Protocol, phase: Phase, steps: Sequence[Step]) -> Protocol:
    return _with_phase(protocol, phase.model_copy(update={"steps": tuple(steps)}))


def _typed(texts: Mapping[str, str], allowed: frozenset[str]) -> dict[str, str]:
    for name in texts:
        if name not in allowed:
            raise Invalid("error.unknown_text", field=name)
    return {name: text.line(typed, field=name, longest=LONGEST) for name, typed in texts.items()}


def _complete(order: Sequence[str], known: Mapping[str, object]) -> None:
    if sorted(order) != sorted(known):
        raise Invalid("error.order_incomplete", field="order")


@dataclass(frozen=True)
class Changes:
    """What a new version changes of the work itself, beside its words: to be read before it is released."""

    #: The phases of a case in their new order; empty where they follow each other as before.
    order: tuple[str, ...]
    #: Steps that are left out, each after its phase.
    left_out: tuple[tuple[str, str], ...]
    #: Phases in which one side has nothing to do, and which side.
    without: tuple[tuple[str, Side], ...]

    @property
    def are_there(self) -> bool:
        return bool(self.order or self.left_out or self.without)


def changes(old: Protocol, new: Protocol) -> Changes:
    """What the new version changes of the phases and steps of the old one."""
    before, after = (protocol.phases_of(Scope.CASE) for protocol in (old, new))
    is_moved = [phase.id for phase in before] != [phase.id for phase in after]
    stays = {(phase.id, step.id) for phase in new.phases for step in phase.steps}
    return Changes(
        order=tuple(phase.title for phase in after) if is_moved else (),
        left_out=tuple(
            (phase.title, step.title)
            for phase in old.phases
            for step in phase.steps
            if (phase.id, step.id) not in stays
        ),
        without=tuple(
            (phase.title, side)
            for phase in after
            for side in (Side.PP, Side.VSS)
            if all(step.side not in {Side.BOTH, side} for step in phase.steps)
        ),
    )
