"""Prints the public symbols of symbol graphs, one line each, a type before its members: `api.py GRAPH...`."""

import json
import sys

TYPES = {"swift.class", "swift.enum", "swift.protocol", "swift.struct", "swift.actor"}
# Every copyable type conforms to these.
IMPLICIT = {"Copyable", "Escapable", "SendableMetatype", "BitwiseCopyable"}
# Conformances that the first one brings along.
IMPLIED = {"Hashable": {"Equatable"}, "Comparable": {"Equatable"}, "Error": {"Sendable"}}
# Requirements of conformances that the type's line names.
DERIVED = {"hash(into:)", "hashValue", "==(_:_:)", "!=(_:_:)", "allCases", "AllCases", "RawValue"}


def lines(graph: dict) -> set[tuple[str, bool, str]]:
    conformances: dict[str, set[str]] = {}
    names = {symbol["identifier"]["precise"]: ".".join(symbol["pathComponents"]) for symbol in graph["symbols"]}
    for relation in graph["relationships"]:
        if relation["kind"] in ("conformsTo", "inheritsFrom"):
            target = relation.get("targetFallback") or names.get(relation["target"]) or relation["target"]
            conformances.setdefault(relation["source"], set()).add(target.removeprefix("Swift."))
    found = set()
    for symbol in graph["symbols"]:
        identifier = symbol["identifier"]["precise"]
        path = symbol["pathComponents"]
        declaration = " ".join("".join(part["spelling"] for part in symbol["declarationFragments"]).split())
        if "::SYNTHESIZED::" in identifier or len(path) > 1 and path[-1] in DERIVED:
            continue
        if symbol["kind"]["identifier"] in TYPES:
            kept = conformances.get(identifier, set()) - IMPLICIT
            kept -= set().union(*(IMPLIED.get(name, set()) for name in kept))
            ending = f": {', '.join(sorted(kept))}" if kept else ""
            found.add((names[identifier], True, declaration + ending))
        else:
            found.add((".".join(path[:-1]), False, declaration))
    return found


symbols: set[tuple[str, bool, str]] = set()
for graph in sys.argv[1:]:
    with open(graph, encoding="utf-8") as file:
        symbols |= lines(json.load(file))
for name, _, declaration in sorted(symbols, key=lambda line: (line[0], not line[1], line[2])):
    print(f"{name} | {declaration}")
