"""What a run found, for people."""

from __future__ import annotations

from collections import Counter

from .comparison import Comparison
from .generator import Case
from .rules import Explanations, Rule


def answers(case: Case, given: dict[str, dict]) -> str:
    """One case in full."""
    lines = [f"{case.identity}: expected {case.expected} {case.status or ''}"]
    lines += [f"  feature {feature}: {expected}" for feature, expected in case.features.items()]
    for verifier, answer in sorted(given.items()):
        error = answer.get("error")
        text = f"{error['code']}: {error['message']}" if isinstance(error, dict) else error or ""
        lines.append(f"  {verifier:18} {answer['result']:7} {answer.get('status') or '':8} {text[:200]}")
    return "\n".join(lines)


def totals(comparison: Comparison) -> str:
    verifiers = sorted({verifier for verifier, _ in comparison.tally})
    lines = ["| verifier | as expected | different |", "| --- | --- | --- |"]
    for verifier in verifiers:
        lines.append(f"| {verifier} | {comparison.tally[verifier, True]} | {comparison.tally[verifier, False]} |")
    return "\n".join(lines)


def rules(explanations: Explanations) -> str:
    """The reasons with their counts by verifier."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for rule, count in explanations.counts.items():
        counts.setdefault((rule.answer, rule.why, rule.section), Counter())[rule.verifier] += count
    lines = ["| answers | why | times | rule |", "| --- | --- | --- | --- |"]
    for (answer, why, section), by_verifier in sorted(counts.items()):
        times = ", ".join(f"{verifier} {count}" for verifier, count in sorted(by_verifier.items()))
        lines.append(f"| {answer} | {why} | {times} | {section} |")
    return "\n".join(lines)


def unexplained(comparison: Comparison, seed: str, shown: int = 20) -> str:
    """The first disagreements without a rule, and how to see one again; then all by feature."""
    lines: list[str] = []
    for verifier, case, given in comparison.unexplained[:shown]:
        lines.append(f"{verifier} without a rule: make differential SEED={seed} CASE={case.identity}")
        lines.append(answers(case, given))
    features: Counter[tuple[str, str, str]] = Counter()
    for verifier, case, given in comparison.unexplained:
        features[verifier, given[verifier]["result"], ", ".join(case.features) or "plain"] += 1
    for (verifier, result, names), count in sorted(features.items()):
        lines.append(f"{count:5} {verifier} answers {result}: {names}")
    return "\n".join(lines)


def dead(found: list[Rule]) -> str:
    return "\n".join(f"no case proves the rule: {rule.verifier} {rule.answer} {rule.feature}" for rule in found)


def alone(comparison: Comparison) -> str:
    return "\n".join(f"{count:5} {names or 'plain'}" for names, count in comparison.alone.most_common())
