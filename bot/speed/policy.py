"""RulePolicy's own decisions in a cheaper order, and its rules looked up by last action and intent.

Rasa tries rules on the user's text, then default actions, then the open form, then rules on the intent, building
feature states on the way.  Without rules on text, default actions and the open form can be asked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

_stock_predict = RulePolicy._predict
_stock_possible_keys = RulePolicy._get_possible_keys
_Mark = tuple[Optional[str], Optional[str]]


def install() -> None:
    """Put the cheaper order and the index in place of RulePolicy's methods."""
    RulePolicy._predict = _predict  # type: ignore[method-assign]
    RulePolicy._get_possible_keys = _possible_keys  # type: ignore[method-assign]


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
    """Whether any rule looks at what the user wrote; looked up once per policy."""
    known = policy.__dict__.get("_khaibao_text_rules")
    if known is None:
        known = policy._khaibao_text_rules = any('"text"' in key for key in policy.lookup.get(RULES, {}))
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
