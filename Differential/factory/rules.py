"""Rules: why a verifier answers otherwise than the standards and Docs/Checks.md demand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

FILES = sorted((Path(__file__).resolve().parents[1] / "rules").glob("*.toml"))


@dataclass(frozen=True)
class Rule:
    """For one verifier and one kind of feature: what it answers, why, and the section that says otherwise."""

    verifier: str
    feature: str
    answer: str
    why: str
    section: str
    # Seen in some combinations alone, so that a full run may have no case of it.
    rare: bool = False

    def covers(self, verifier: str, feature: str, answer: str) -> bool:
        return self.verifier == verifier and self.answer == answer and fnmatchcase(feature, self.feature)


def load() -> list[Rule]:
    found: list[Rule] = []
    for file in FILES:
        for entry in tomllib.loads(file.read_text())["rule"]:
            rare = entry.get("rare", False)
            for verifier, features in entry["features"].items():
                for feature in features:
                    found.append(Rule(verifier, feature, entry["answer"], entry["why"], entry["rfc"], rare))
    return found


class Explanations:
    """The rules, and how often each explained an answer."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self.counts: dict[Rule, int] = dict.fromkeys(rules, 0)
        # Rules that were the only explanation at least once.
        self.proven: set[Rule] = set()

    def explain(self, verifier: str, features: dict[str, str], expected: str, answer: str) -> bool:
        """Whether rules explain that `verifier` gave `answer` where `expected` was right."""
        if expected == "accept":
            return self._count([rule for feature in features for rule in self._covering(verifier, feature, answer)])
        # An acceptance is explained when each feature that demands a refusal is one that the verifier overlooks.
        refused = [feature for feature, right in features.items() if right == "reject"]
        found = [self._covering(verifier, feature, answer) for feature in refused]
        return all(found) and self._count([rule for rules in found for rule in rules])

    def unused(self) -> list[Rule]:
        return [rule for rule in self.rules if rule not in self.proven and not rule.rare]

    def _covering(self, verifier: str, feature: str, answer: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.covers(verifier, feature, answer)]

    def _count(self, found: list[Rule]) -> bool:
        for rule in found:
            self.counts[rule] += 1
        if len(found) == 1:
            self.proven.add(found[0])
        return bool(found)
