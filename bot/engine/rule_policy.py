"""Rasa's rules as the server runs them: the same rules and decisions, found without walking all of them.

Rasa describes the whole kept history and tests every rule against it, once for the words and once for the
intent, at every prediction. A rule looks back a few steps only, and none of ours names words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Dict, List, Optional, Set, Tuple

from rasa.core.featurizers.tracker_featurizers import FullDialogueTrackerFeaturizer
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

Opening = Tuple[Optional[str], Optional[str]]


class RecentStates(FullDialogueTrackerFeaturizer):
    """Describes only the last states of a conversation, newest last."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self._depth = depth

    def _create_states(  # Rasa's is static, and called on the instance
        self, tracker: DialogueStateTracker, domain: Domain, omit_unset_slots: bool = False, **_: Any
    ) -> List[State]:
        steps = sum(isinstance(event, ActionExecuted) for event in tracker.applied_events())
        return [
            domain.get_active_state(prior, omit_unset_slots=omit_unset_slots)
            for step, (prior, _) in enumerate(tracker.generate_all_prior_trackers()) if step > steps - self._depth
        ]


class ServingRulePolicy(RulePolicy):
    """Predicts what RulePolicy predicts; a test holds the two against each other."""

    @cached_property
    def featurizer(self) -> RecentStates:
        """What the rules look at: as many states as the longest of them has, and one more."""
        return RecentStates(max(map(len, self._rules.values()), default=0) + 1)

    @cached_property
    def _rules(self) -> Mapping[str, List[State]]:
        keys = {key for lookup in self.lookup.values() if isinstance(lookup, dict) for key in lookup}
        return {key: self._rule_key_to_state(key) for key in keys if key.startswith("[")}

    @cached_property
    def _by_opening(self) -> Mapping[int, Mapping[Opening, Set[str]]]:
        """For each lookup (by identity), its rules by the newest step they ask for: action before, and intent."""
        found: Dict[int, Dict[Opening, Set[str]]] = {}
        for lookup in (table for table in self.lookup.values() if isinstance(table, dict)):
            places = found.setdefault(id(lookup), defaultdict(set))
            for key in lookup:
                places[_opening(self._rules[key][-1])].add(key)
        return found

    @cached_property
    def _names_words(self) -> bool:
        return any(state.get(USER, {}).get(TEXT) for states in self._rules.values() for state in states)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[str], Optional[str], bool]:
        if use_text_for_last_user_input and not self._names_words:
            return None, None, False
        found: Tuple[Optional[str], Optional[str], bool] = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        action, intent = _opening(states[-1])
        places = self._by_opening[id(lookup)]
        likely = {(action, intent), (action, None), (None, intent), (None, None)}
        keys = {key for opening in likely for key in places.get(opening, ())}
        possible: Set[str] = super()._get_possible_keys(dict.fromkeys(keys, ""), states)
        return possible


def _opening(state: State) -> Opening:
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), state.get(USER, {}).get(INTENT)

