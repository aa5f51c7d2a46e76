"""Rule files: what is read, and what is not."""

import pytest

from kgraph.reason.owl2rl.notation import Chain, Each, NotationError, parse_rules

BAD = [
    "no colon here",
    "name: ?x owl:sameAs ?y",
    "name: ?x owl:sameAs => ?y owl:sameAs ?x",
    "name: ?x foo:bar ?y => ?y owl:sameAs ?x",
    "name: ?x owl:sameAs ?y => ?y owl:sameAs % ",
    "name: ?x IN owl:members => ?x rdf:type owl:Thing",
]


@pytest.mark.parametrize("line", BAD)
def test_a_line_that_is_no_rule_is_named(line: str) -> None:
    with pytest.raises(NotationError, match="line 2"):
        parse_rules(f"# rules\n{line}\n")


def test_axioms_are_told_from_data() -> None:
    line = "cax-sco: ?c rdfs:subClassOf ?d, ?x rdf:type ?c => ?x rdf:type ?d"
    (rule,), _ = parse_rules(line)
    assert [atom.parts[::2] for atom in rule.axioms] == [("c", "d")]
    assert [atom.parts[::2] for atom in rule.body] == [("x", "c")]
    assert rule.head is not None
    assert not rule.quiet


def test_lists_are_read() -> None:
    text = """
chain: ?p owl:propertyChainAxiom ?l, CHAIN ?x ?l ?y => ?x ?p ?y
== tells nothing
each: ?c owl:hasKey ?l, EACH ?p IN ?l (?x ?p ?z, ?y ?p ?z) => ?x owl:sameAs ?y
"""
    (chain, each), _ = parse_rules(text)
    assert [type(rule.lists[0]) for rule in (chain, each)] == [Chain, Each]
    assert [len(rule.lists[0].atoms) for rule in (each,)] == [2]  # type: ignore[union-attr]
    assert (chain.quiet, each.quiet) == (False, True)
