"""The command: `python -m factory --help`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from . import report
from .comparison import Comparison
from .generator import HIERARCHY, REVOCATION, Case, Generator
from .judges import BUILT, OURS, commands, missing
from .rules import Explanations, load

KINDS = (HIERARCHY, REVOCATION)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make differential", description="Judges generated cases by CertAuth and other verifiers."
    )
    parser.add_argument("--count", type=int, default=20000, help="cases of each kind; 20000 by default")
    parser.add_argument("--seed", default="1", help="what the cases are made from; 1 by default")
    parser.add_argument("--case", help="one case alone, such as hierarchy-17: shows every answer")
    parser.add_argument("--kind", choices=KINDS, help="one kind of cases alone")
    parser.add_argument("--verifiers", help="names with commas between; all by default")
    parser.add_argument("--share", action="store_true", help="a share of a full run: rules may be without a case")
    parser.add_argument("--seconds", type=int, help="stop making cases then; half of it for each kind")
    parser.add_argument("--report", type=Path, help="a file for the tables")
    return parser.parse_args()


def one(identity: str, seed: str, only: set[str]) -> int:
    """Shows one case, and keeps its question as a file."""
    kind, number = identity.rsplit("-", 1)
    case = Generator(kind, seed).case(int(number))
    shown: list[tuple[Case, dict[str, dict]]] = []

    class Single(Comparison):
        def _compare(self, asked) -> None:
            shown.append((asked.case, asked.answers))
            self._keep("", asked)

    comparison = Single(Explanations(load()), BUILT / "cases", only)
    comparison.ask(case)
    comparison.finish()
    for asked, given in shown:
        print(report.answers(asked, given))
    print(f"question: {BUILT / 'cases' / identity}.json")
    return 0


def everything(options: argparse.Namespace, only: set[str]) -> int:
    explanations = Explanations(load())
    started = time.monotonic()
    comparison = Comparison(explanations, BUILT / "unexplained", only)
    kinds = [options.kind] if options.kind else KINDS
    for turn, kind in enumerate(kinds, 1):
        generator = Generator(kind, options.seed)
        for number in range(options.count):
            spent = time.monotonic() - started
            if options.seconds and spent > options.seconds * turn / len(kinds):
                break
            comparison.ask(generator.case(number))
            if number % 1000 == 999:
                print(f"{kind}: {number + 1} asked, {spent:.0f} s", file=sys.stderr, flush=True)
    comparison.finish()
    text = f"{report.totals(comparison)}\n\n{report.rules(explanations)}\n"
    if options.report:
        options.report.write_text(f"{text}\n## CertAuth alone\n\n{report.alone(comparison)}\n")
    print(text)
    print(report.unexplained(comparison, options.seed))
    unused = [] if options.share or only != set(commands()) else explanations.unused()
    print(report.dead(unused))
    missing = len(comparison.unexplained)
    print(
        f"{comparison.done} cases in {time.monotonic() - started:.0f} s, {missing} answers without a rule, "
        f"{len(unused)} rules without a case"
    )
    return 1 if missing or unused else 0


def main() -> int:
    options = arguments()
    only = set(options.verifiers.split(",")) if options.verifiers else set(commands())
    absent = missing()
    if not only <= set(commands()) or OURS in absent or absent & only and not options.share:
        print(f"verifiers: {', '.join(commands())}; not built: {', '.join(absent) or 'none'}", file=sys.stderr)
        return 2
    if absent & only:
        print(f"left out, because not built: {', '.join(absent & only)}")
    only -= absent
    if options.case:
        return one(options.case, options.seed, only)
    return everything(options, only)


if __name__ == "__main__":
    sys.exit(main())
