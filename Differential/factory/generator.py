"""Cases from seeds. The same seed, kind and number make the same case, RSA keys apart."""

from dataclasses import dataclass
from random import Random

from . import grammar_constraints, grammar_extensions, grammar_fields, grammar_names, grammar_policies
from . import grammar_structure
from .scene import Grammar, Scene, plain

HIERARCHY, REVOCATION = "hierarchy", "revocation"


@dataclass
class Case:
    """A question, the features behind it and the answer that they demand."""

    identity: str
    features: dict[str, str]
    expected: str
    status: str | None
    question: dict[str, object]


def hierarchies() -> Grammar:
    grammar = Grammar()
    for part in (grammar_names, grammar_constraints, grammar_fields, grammar_extensions, grammar_policies):
        part.add_to(grammar)
    grammar_structure.add_to(grammar)
    return grammar


class Generator:
    """Makes the cases of one kind. Each feature comes first in turn, others join it by chance."""

    def __init__(self, kind: str, seed: str) -> None:
        self.kind, self.seed = kind, seed
        self.grammar = hierarchies()

    def case(self, number: int) -> Case:
        random = Random(f"{self.seed}/{self.kind}/{number}")
        features = self.grammar.features
        round_number, index = divmod(number, len(features) + 1)
        if index == len(features):
            scene = plain(random, random.randrange(4))
            return self._finished(scene, number)
        # The first round shows each feature alone.
        count = 1 if round_number == 0 else random.choice((1, 2, 2, 3))
        chosen = self.grammar.choose(random, count, features[index])
        scene = plain(random, random.randrange(4) if len(chosen) == 1 else random.randrange(1, 4))
        for feature in chosen:
            feature.apply(scene)
            scene.features[feature.name] = feature.expected
        return self._finished(scene, number)

    def _finished(self, scene: Scene, number: int) -> Case:
        identity = f"{self.kind}-{number}"
        return Case(identity, scene.features, scene.expected, scene.status, scene.case(identity))
