"""Certificate policies: sets, mappings, constraints and the inputs of RFC 5280 §6.1.1."""

from . import der, extensions
from .extensions import ANY_POLICY
from .scene import ACCEPT, REJECT, Grammar, Scene

POLICY = "policy"
ONE, TWO, THREE = (f"1.3.6.1.4.1.99999.10.{number}" for number in (1, 2, 3))


def _everywhere(scene: Scene, *identifiers: str) -> None:
    for certificate in scene.path[:-1]:
        certificate.set("policies", extensions.policies(*identifiers))


def _demand(scene: Scene, *acceptable: str, explicit: bool = True) -> None:
    scene.policy["initial_policy_set"] = list(acceptable) or [ANY_POLICY]
    scene.policy["initial_explicit_policy"] = explicit


def add_to(grammar: Grammar) -> None:
    _sets(grammar)
    _mappings(grammar)
    _constraints(grammar)


def _sets(grammar: Grammar) -> None:
    @grammar.feature(POLICY, "present-unasked", ACCEPT)
    def unasked(scene: Scene) -> None:
        _everywhere(scene, ONE)

    @grammar.feature(POLICY, "leaf-alone-unasked", ACCEPT)
    def leaf_alone(scene: Scene) -> None:
        scene.leaf.set("policies", extensions.policies(ONE, TWO))

    @grammar.feature(POLICY, "demanded-and-met", ACCEPT)
    def met(scene: Scene) -> None:
        _everywhere(scene, ONE)
        _demand(scene, ONE, TWO)

    @grammar.feature(POLICY, "demanded-and-absent", REJECT)
    def absent(scene: Scene) -> None:
        _demand(scene)

    @grammar.feature(POLICY, "demanded-and-another", REJECT)
    def another(scene: Scene) -> None:
        _everywhere(scene, ONE)
        _demand(scene, TWO)

    @grammar.feature(POLICY, "named-but-not-demanded", ACCEPT)
    def undemanded(scene: Scene) -> None:
        _everywhere(scene, ONE)
        _demand(scene, TWO, explicit=False)

    @grammar.feature(POLICY, "broken-in-between", REJECT)
    def broken(scene: Scene) -> None:
        middle = scene.some_intermediate()
        _everywhere(scene, ONE)
        middle.set("policies", extensions.policies(TWO))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "any-in-between", ACCEPT)
    def any_between(scene: Scene) -> None:
        middle = scene.some_intermediate()
        _everywhere(scene, ONE)
        middle.set("policies", extensions.policies(ANY_POLICY))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "any-on-leaf", ACCEPT)
    def any_leaf(scene: Scene) -> None:
        scene.some_intermediate()
        _everywhere(scene, ONE)
        scene.leaf.set("policies", extensions.policies(ANY_POLICY))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "any-forbidden-by-input", REJECT)
    def any_forbidden(scene: Scene) -> None:
        _everywhere(scene, ANY_POLICY)
        _demand(scene, ONE)
        scene.policy["initial_inhibit_any_policy"] = True

    @grammar.feature(POLICY, "same-policy-twice", REJECT)
    def twice(scene: Scene) -> None:
        _everywhere(scene, ONE)
        scene.leaf.set("policies", extensions.policies(ONE, ONE))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "with-qualifiers", ACCEPT)
    def qualified(scene: Scene) -> None:
        pointer = der.sequence(der.oid("1.3.6.1.5.5.7.2.1"), der.tlv(0x16, b"http://cps.example.com/"))
        notice = der.sequence(der.oid("1.3.6.1.5.5.7.2.2"), der.sequence(der.utf8("A notice")))
        information = der.sequence(der.oid(ONE), der.sequence(pointer, notice))
        scene.leaf.set("policies", extensions.make("policies", der.sequence(information)))

    @grammar.feature(POLICY, "unknown-qualifier", ACCEPT)
    def unknown_qualifier(scene: Scene) -> None:
        qualifier = der.sequence(der.oid("1.3.6.1.4.1.99999.8"), der.null())
        information = der.sequence(der.oid(ONE), der.sequence(qualifier))
        scene.leaf.set("policies", extensions.make("policies", der.sequence(information)))

    @grammar.feature(POLICY, "unknown-qualifier-critical", REJECT)
    def critical_qualifier(scene: Scene) -> None:
        unknown_qualifier(scene)
        scene.leaf.set("policies", scene.leaf.extensions["policies"].with_critical(True))


def _mappings(grammar: Grammar) -> None:
    def mapped(scene: Scene, *pairs: tuple[str, str]) -> None:
        """The intermediate above the leaf maps, the leaf has the policy of the subject's domain."""
        scene.some_intermediate()
        _everywhere(scene, ONE)
        scene.path[1].set("mappings", extensions.mappings(*pairs))
        scene.leaf.set("policies", extensions.policies(TWO))

    @grammar.feature(POLICY, "mapped", ACCEPT)
    def right(scene: Scene) -> None:
        mapped(scene, (ONE, TWO))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "mapped-plain", ACCEPT)
    def plain(scene: Scene) -> None:
        mapped(scene, (ONE, TWO))
        scene.path[1].set("mappings", scene.path[1].extensions["mappings"].with_critical(False))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "mapped-to-two", ACCEPT)
    def two(scene: Scene) -> None:
        mapped(scene, (ONE, THREE), (ONE, TWO))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "mapped-and-asked-for-the-subject-domain", REJECT)
    def other_domain(scene: Scene) -> None:
        mapped(scene, (ONE, TWO))
        _demand(scene, TWO)

    @grammar.feature(POLICY, "mapped-elsewhere", REJECT)
    def elsewhere(scene: Scene) -> None:
        mapped(scene, (ONE, THREE))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "mapping-forbidden-by-input", REJECT)
    def forbidden(scene: Scene) -> None:
        mapped(scene, (ONE, TWO))
        _demand(scene, ONE)
        scene.policy["initial_policy_mapping_inhibit"] = True

    @grammar.feature(POLICY, "mapping-forbidden-above", REJECT, phase=-1)
    def forbidden_above(scene: Scene) -> None:
        scene.some_intermediate()
        scene.add_intermediate()
        mapped(scene, (ONE, TWO))
        scene.path[2].set("policyConstraints", extensions.policy_constraints(inhibit=0))
        _demand(scene, ONE)

    for kind, pair in (("from", (ANY_POLICY, TWO)), ("to", (ONE, ANY_POLICY))):
        def of_any(scene: Scene, pair: tuple[str, str] = pair) -> None:
            mapped(scene, pair)

        grammar.add(POLICY, f"mapping-{kind}-any", REJECT, of_any)


def _constraints(grammar: Grammar) -> None:
    def constrained(policies: bool, explicit: int | None = 0, inhibit: int | None = None):
        def apply(scene: Scene) -> None:
            scene.some_intermediate()
            if policies:
                _everywhere(scene, ONE)
            scene.path[1].set("policyConstraints", extensions.policy_constraints(explicit, inhibit))

        return apply

    grammar.add(POLICY, "explicit-and-present", ACCEPT, constrained(True))
    grammar.add(POLICY, "explicit-and-absent", REJECT, constrained(False))
    grammar.add(POLICY, "explicit-after-one-and-absent", REJECT, constrained(False, 1))
    grammar.add(POLICY, "explicit-after-two-and-absent", ACCEPT, constrained(False, 2))
    grammar.add(POLICY, "mapping-constraint-without-mapping", ACCEPT, constrained(True, None, 0))

    @grammar.feature(POLICY, "explicit-on-leaf-and-absent", REJECT)
    def leaf(scene: Scene) -> None:
        scene.leaf.set("policyConstraints", extensions.policy_constraints(0))

    # RFC 5280 §4.2.1.11 leaves the answer open; refusing is safe.
    @grammar.feature(POLICY, "constraints-without-contents", REJECT)
    def empty(scene: Scene) -> None:
        scene.some_intermediate().set("policyConstraints", extensions.policy_constraints())

    @grammar.feature(POLICY, "any-inhibited-above", REJECT)
    def inhibited(scene: Scene) -> None:
        scene.some_intermediate()
        _everywhere(scene, ONE)
        scene.path[1].set("inhibitAny", extensions.inhibit_any_policy(0))
        scene.leaf.set("policies", extensions.policies(ANY_POLICY))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "any-inhibited-later", ACCEPT)
    def inhibited_later(scene: Scene) -> None:
        inhibited(scene)
        scene.path[1].set("inhibitAny", extensions.inhibit_any_policy(1))

    @grammar.feature(POLICY, "any-inhibited-unasked", ACCEPT)
    def inhibited_unasked(scene: Scene) -> None:
        scene.some_intermediate()
        _everywhere(scene, ANY_POLICY)
        scene.path[1].set("inhibitAny", extensions.inhibit_any_policy(0))

    @grammar.feature(POLICY, "anchor-explicit-and-absent", REJECT)
    def anchor_explicit(scene: Scene) -> None:
        scene.anchor.set("policyConstraints", extensions.policy_constraints(0))

    @grammar.feature(POLICY, "anchor-of-another-policy", REJECT)
    def anchor_policy(scene: Scene) -> None:
        _everywhere(scene, ONE)
        scene.anchor.set("policies", extensions.policies(TWO))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "anchor-of-the-same-policy", ACCEPT)
    def anchor_same(scene: Scene) -> None:
        _everywhere(scene, ONE)
        scene.anchor.set("policies", extensions.policies(ONE))
        _demand(scene, ONE)

    @grammar.feature(POLICY, "two-demanded-one-left", ACCEPT)
    def one_left(scene: Scene) -> None:
        scene.some_intermediate()
        _everywhere(scene, ONE, TWO)
        scene.leaf.set("policies", extensions.policies(TWO, THREE))
        _demand(scene, ONE, TWO)

    @grammar.feature(POLICY, "disjoint-and-explicit-on-top", REJECT)
    def disjoint(scene: Scene) -> None:
        scene.some_intermediate()
        _everywhere(scene, ONE)
        scene.path[-2].set("policyConstraints", extensions.policy_constraints(0))
        scene.leaf.set("policies", extensions.policies(TWO))
