"""Asks every verifier about every case and compares each answer with the one that the features demand."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .generator import REVOCATION, Case
from .judges import OURS, PATHS_ALONE, Judge, commands
from .rules import Explanations


@dataclass
class Asked:
    """A case and the answers that have come."""

    case: Case
    line: str
    wanted: int
    answers: dict[str, dict] = field(default_factory=dict)


class Comparison:
    """Counts, and the disagreements that no rule explains."""

    def __init__(self, explanations: Explanations, folder: Path, only: set[str]) -> None:
        self.explanations = explanations
        self.folder = folder
        self.lock = threading.Lock()
        self.open: dict[str, Asked] = {}
        self.done = 0
        # Verifier and whether its answer was right.
        self.tally: Counter[tuple[str, bool]] = Counter()
        self.unexplained: list[tuple[str, Case, dict[str, dict]]] = []
        # Features of cases on which CertAuth differs from every other verifier.
        self.alone: Counter[str] = Counter()
        chosen = {name: command for name, command in commands().items() if name in only}
        self.judges = [Judge(name, command, self._receive) for name, command in chosen.items()]

    def ask(self, case: Case) -> None:
        line = json.dumps(case.question)
        path_alone = not case.identity.startswith(REVOCATION)
        asked = [judge for judge in self.judges if path_alone or judge.name not in PATHS_ALONE]
        with self.lock:
            self.open[case.identity] = Asked(case, line, len(asked))
        for judge in asked:
            judge.ask(line)

    def finish(self) -> None:
        for judge in self.judges:
            judge.finish()
        if self.open:
            raise RuntimeError(f"{len(self.open)} cases were not answered by everyone")

    def _receive(self, verifier: str, answer: dict) -> None:
        with self.lock:
            asked = self.open[answer["id"]]
            asked.answers[verifier] = answer
            if len(asked.answers) == asked.wanted:
                del self.open[answer["id"]]
                self.done += 1
                self._compare(asked)

    def _compare(self, asked: Asked) -> None:
        case = asked.case
        for verifier, answer in asked.answers.items():
            agrees = self._agrees(verifier, case, answer)
            self.tally[verifier, agrees] += 1
            if not agrees:
                told = answer["result"] if answer["result"] != case.expected else str(answer.get("status"))
                if not self.explanations.explain(verifier, case.features, case.expected, told):
                    self._keep(verifier, asked)
        ours = asked.answers.get(OURS)
        others = {answer["result"] for name, answer in asked.answers.items() if name != OURS}
        if ours and others and ours["result"] not in others:
            self.alone[", ".join(case.features)] += 1

    @staticmethod
    def _agrees(verifier: str, case: Case, answer: dict) -> bool:
        if answer["result"] != case.expected:
            return False
        return verifier != OURS or case.status is None or answer["status"] == case.status

    def _keep(self, verifier: str, asked: Asked) -> None:
        self.unexplained.append((verifier, asked.case, asked.answers))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{asked.case.identity}.json").write_text(asked.line)
