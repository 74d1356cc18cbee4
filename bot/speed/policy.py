"""RulePolicy's own decisions in a cheaper order, and its rules looked up by last action and intent.

Rasa tries rules on the user's text, then default actions, then the open form, then rules on the intent, building
feature states on the way.  Without rules on text, default actions and the open form can be asked first.  Where no slot
is a feature, none is asked for one.  A policy alone wins without a vote.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_NOT_IN_STORIES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker

from bot.speed.tracker import LeanTracker

_stock_predict = RulePolicy._predict
_stock_possible_keys = RulePolicy._get_possible_keys
_stock_best = DefaultPolicyPredictionEnsemble._best_policy_prediction
_stock_slots_state = Domain._get_slots_sub_state
_stock_index = Domain.index_for_action
_Mark = tuple[Optional[str], Optional[str]]


def install() -> None:
    """Put the cheaper ways in place of Rasa's methods."""
    RulePolicy._predict = _predict  # type: ignore[method-assign]
    RulePolicy._get_possible_keys = _possible_keys  # type: ignore[method-assign]
    RulePolicy.format_tracker_states = staticmethod(_unformatted)  # type: ignore[method-assign]
    DefaultPolicyPredictionEnsemble._best_policy_prediction = staticmethod(_best)  # type: ignore[method-assign]
    Domain._get_slots_sub_state = staticmethod(_slots_state)  # type: ignore[method-assign]
    Domain.index_for_action = _index_for_action  # type: ignore[method-assign]


class Settled(PolicyPrediction):
    """The prediction that won: its probabilities change no more, so the highest is looked up once."""

    max_confidence = 0.0

    def __init__(self, probabilities: list[float], *args: Any, **kwargs: Any) -> None:
        super().__init__(probabilities, *args, **kwargs)
        self.max_confidence = max(probabilities, default=0.0)


def _predict(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, Optional[str]]:
    if _has_text_rules(self):
        return _stock_predict(self, tracker, domain)
    name, source = self._find_action_from_default_actions(tracker)
    if name:
        return self._rule_prediction(self._prediction_result(name, tracker, domain), source or ""), source
    name, source = self._find_action_from_loop_happy_path(tracker)
    if name:
        result = self._prediction_result(name, tracker, domain)
        return self._rule_prediction(result, source or "", is_no_user_prediction=True), source
    name, source, returning = self._find_action_from_rules(tracker, domain, use_text_for_last_user_input=False)
    result = self._prediction_result(name, tracker, domain) if name else self._default_predictions(domain)
    return self._rule_prediction(result, source or "", returning_from_unhappy_path=returning), source


def _has_text_rules(policy: RulePolicy) -> bool:
    """Whether any rule looks at what the user wrote; looked up once per policy, with what else it searches."""
    known = policy.__dict__.get("_khaibao_text_rules")
    if known is None:
        known = policy._khaibao_text_rules = any('"text"' in key for key in policy.lookup.get(RULES, {}))
        policy.lookup[RULES_NOT_IN_STORIES] = dict.fromkeys(policy.lookup.get(RULES_NOT_IN_STORIES, ()))
    return bool(known)


def _possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    indexes: dict[int, dict[_Mark, list[str]]] = self.__dict__.setdefault("_khaibao_indexes", {})
    index = indexes.get(id(lookup))
    if index is None:
        index = indexes[id(lookup)] = _index(self, lookup)
    action, intent = _mark(states[-1]) if states else (None, None)
    marks = dict.fromkeys(((action, intent), (action, None), (None, intent), (None, None)))
    return _stock_possible_keys(self, _only(lookup, (key for mark in marks for key in index.get(mark, ()))), states)


def _only(lookup: dict[str, str], keys: Iterable[str]) -> dict[str, str]:
    return {key: lookup[key] for key in keys}


def _index(policy: RulePolicy, lookup: dict[str, str]) -> dict[_Mark, list[str]]:
    """Rule keys by the action and intent their last state asks for."""
    index: dict[_Mark, list[str]] = {}
    for key in lookup:
        states = policy._rule_key_to_state(key)
        index.setdefault(_mark(states[-1]) if states else (None, None), []).append(key)
    return index


def _mark(state: State) -> _Mark:
    action: Any = state.get(PREVIOUS_ACTION, {}).get("action_name")
    intent: Any = state.get(USER, {}).get("intent")
    return action, intent


def _unformatted(states: list[State]) -> str:
    """The states as text are wanted by a debug log only."""
    return ""


def _slots_state(tracker: DialogueStateTracker, omit_unset_slots: bool = False) -> Any:
    if isinstance(tracker, LeanTracker) and not tracker.slots_are_features:
        return {}
    return _stock_slots_state(tracker, omit_unset_slots)


def _index_for_action(self: Domain, action_name: str) -> int:
    known: Optional[dict[str, int]] = self.__dict__.get("_khaibao_indexes")
    if known is None:
        names = self.action_names_or_texts
        known = self._khaibao_indexes = {name: names.index(name) for name in names}
    found = known.get(action_name)
    return _stock_index(self, action_name) if found is None else found


def _best(predictions: list[PolicyPrediction], tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction:
    if len(predictions) != 1 or _was_rejected(tracker):
        return _stock_best(predictions, tracker, domain)
    only = predictions[0]
    return Settled(
        only.probabilities,
        only.policy_name,
        only.policy_priority,
        [*only.events, *only.optional_events],
        is_end_to_end_prediction=only.is_end_to_end_prediction,
        is_no_user_prediction=only.is_no_user_prediction,
        diagnostic_data=only.diagnostic_data,
        hide_rule_turn=only.hide_rule_turn,
        action_metadata=only.action_metadata,
    )


def _was_rejected(tracker: DialogueStateTracker) -> bool:
    """Whether the last action would not be executed: it must not be predicted again."""
    kinds = (type(event) for event in reversed(tracker.events))
    return next((kind for kind in kinds if kind in (ActionExecuted, ActionExecutionRejected)), None) is (
        ActionExecutionRejected
    )
