"""Cases from seeds. The same seed, kind and number make the same case, RSA keys apart."""

from dataclasses import dataclass
from random import Random

from . import grammar_constraints, grammar_encodings, grammar_extensions, grammar_fields, grammar_names
from . import grammar_crl, grammar_ocsp, grammar_policies, grammar_sides, grammar_structure
from .revocation import listed
from .scene import Feature, Grammar, Scene, plain

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
    for part in (grammar_encodings, grammar_structure):
        part.add_to(grammar)
    return grammar


def revocations() -> Grammar:
    grammar = Grammar()
    for part in (grammar_crl, grammar_ocsp):
        part.add_to(grammar)
    return grammar


def sides() -> list[Feature]:
    grammar = Grammar()
    grammar_sides.add_to(grammar)
    return grammar.features


class Generator:
    """Makes the cases of one kind. Each feature comes first in turn, others join it by chance."""

    def __init__(self, kind: str, seed: str) -> None:
        self.kind, self.seed = kind, seed
        self.grammar = hierarchies() if kind == HIERARCHY else revocations()
        self.sides = sides()

    def case(self, number: int) -> Case:
        random = Random(f"{self.seed}/{self.kind}/{number}")
        round_number, index = divmod(number, len(self.grammar.features) + 1)
        make = self._hierarchy if self.kind == HIERARCHY else self._revocation
        scene = make(random, round_number, index)
        identity = f"{self.kind}-{number}"
        question = scene.case(identity)
        return Case(identity, scene.features, scene.expected, scene.status, question)

    def _hierarchy(self, random: Random, round_number: int, index: int) -> Scene:
        features = self.grammar.features
        if index == len(features):
            return plain(random, random.randrange(4))
        # The first round shows each feature alone.
        count = 1 if round_number == 0 else random.choice((1, 2, 2, 3))
        chosen = self.grammar.choose(random, count, features[index])
        scene = plain(random, random.randrange(4) if len(chosen) == 1 else random.randrange(1, 4))
        return _applied(scene, chosen)

    def _revocation(self, random: Random, round_number: int, index: int) -> Scene:
        features = self.grammar.features
        feature = features[index % len(features)]
        chosen = [feature]
        able = [side for side in self.sides if side.meets(feature)]
        if round_number and able and random.random() < 0.5:
            chosen.append(random.choice(able))
        scene = listed(feature.slot)(random)
        return _applied(scene, sorted(chosen, key=lambda one: one.phase))


def _applied(scene: Scene, chosen: list[Feature]) -> Scene:
    for feature in chosen:
        feature.apply(scene)
        scene.features[feature.name] = feature.expected
    return scene
