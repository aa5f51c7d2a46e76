"""Rule files: front matter, what a rule may say, and which rule may read what another writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import URIRef, Variable

from kgraph.errors import RuleError
from kgraph.reason.domain import check_order, load_rules, parse_rule

from .world import ROOT, rule

GOOD = """# id: R101
# stratum: 2
# title: Alleged records
# why: An allegation must never
#   read as a fact.
# bound: 1 per ?record
PREFIX kg: <https://w3id.org/kgraph/ns#>
CONSTRUCT { ?record kg:epistemicStatus kg:alleged } WHERE { ?claim kg:about ?record }
"""


def test_front_matter_is_read() -> None:
    found = parse_rule(GOOD, "r.rq")
    assert (found.id, found.stratum, found.title) == ("R101", 2, "Alleged records")
    assert found.why == "An allegation must never read as a fact."
    assert found.limit
    assert (found.limit.heads, found.limit.variable) == (1, "record")


def test_the_namespace_is_rewritten() -> None:
    found = parse_rule(GOOD, "r.rq", "https://example.org/")
    assert "https://example.org/ns#" in found.text
    assert "w3id.org" not in found.text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# id: R101\n", "", "r.rq, line 1: the front matter lacks '# id:'"),
        ("# why: An allegation must never\n#   read as a fact.\n", "", "lacks '# why:'"),
        ("stratum: 2", "stratum: two", "r.rq, line 2: stratum is 'two'"),
        ("stratum: 2", "stratum: 7", "from 1 to 6"),
        ("# title", "# titel", "r.rq, line 3: unknown key 'titel'"),
        ("# stratum: 2", "# id: R102", "r.rq, line 2: 'id' is given twice"),
        ("# id: R101", "# R101", "r.rq, line 1: expected '# key: value'"),
        ("per ?record", "per ?person", "r.rq, line 6: the bound speaks of ?person"),
        ("kg:about ?record }", "kg:about }", "r.rq, line 8, column 77: "),
        ("kg:about ?record", "kgg:about ?record", "r.rq, line 8, column 68: "),
        ("CONSTRUCT { ?record kg:epistemicStatus kg:alleged }", "SELECT *", "is a CONSTRUCT query"),
        ("{ ?record kg:e", "{ [] kg:e", "no blank nodes"),
        ("# bound", "# fixpoint: yes\n# bound", "fixpoint is 'yes'; write true or false"),
        ("?claim kg:about ?record", "GRAPH ?g { ?claim kg:about ?record }", "take FROM and GRAPH"),
        ("about ?record", "about ?record FILTER(NOW() > ?record)", "NOW() gives something else"),
        ("?claim kg:a", "SERVICE kg:x { ?z ?y ?x } ?claim kg:a", "take SERVICE out"),
        ("{ ?record kg:e", "{ <<( ?record kg:a ?x )>> kg:e", "no triple term with"),
        ("kg:alleged", "<<( ?record kg:a ?record )>>", "no triple term with variables"),
    ],
)
def test_malformed_rules_are_refused_with_file_and_line(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleError) as caught:
        parse_rule(GOOD.replace(old, new), "r.rq")
    assert message in str(caught.value)


def test_a_folder_is_read_by_stratum_and_id(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text(GOOD)
    (tmp_path / "b.rq").write_text(GOOD.replace("R101", "R001").replace("stratum: 2", "stratum: 3"))
    assert [found.id for found in load_rules(tmp_path)] == ["R101", "R001"]


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text(GOOD)
    (tmp_path / "b.rq").write_text(GOOD)
    with pytest.raises(RuleError, match="id R101 is taken by a.rq"):
        load_rules(tmp_path)


def predicates(path: object) -> Iterator[str]:
    """The IRIs in a predicate or path as rdflib has it."""
    if isinstance(path, URIRef):
        yield str(path)
    for name in ("args", "arg", "path"):
        parts = getattr(path, name, ())
        for part in parts if isinstance(parts, list | tuple) else [parts]:
            yield from predicates(part)


def read_by_rdflib(part: object) -> Iterator[object]:
    """The predicates of all triple patterns in a part of rdflib's algebra."""
    if isinstance(part, CompValue):
        parts = dict(part)
        for flat in parts.pop("triples", ()):
            yield from list(flat)[1::3]
        part = list(parts.values())
    if isinstance(part, list | tuple):
        for inner in part:
            yield from read_by_rdflib(inner)


def test_the_rules_of_the_ontology_read_and_write_what_another_parser_says() -> None:
    ours = load_rules(ROOT / "ontology" / "rules")
    assert len(ours) == 42
    for one in ours:
        theirs = translateQuery(parseQuery(one.text)).algebra
        written = [predicate for _, predicate, _ in theirs.template]
        read = list(read_by_rdflib(theirs.p))
        for patterns, found in ((one.writes, written), (one.reads, read)):
            mine = {name for pattern in patterns for name in pattern.predicates or ()}
            named = {name for predicate in found for name in predicates(predicate)}
            if any(isinstance(predicate, Variable) for predicate in found):
                assert named <= mine, one.id  # what a variable can be is not to be seen there
            else:
                assert named == mine != set(), one.id


WRITER = "CONSTRUCT { ?x :p ?y } WHERE { ?x :base ?y }"
TYPER = "CONSTRUCT { ?x a :C } WHERE { ?x :base ?y }"
CHOOSER = "CONSTRUCT { ?x ?prop ?y } WHERE { ?x :base ?y BIND(IF(?y > 1, :p, :q) AS ?prop) }"


@pytest.mark.parametrize(
    ("writer", "body"),
    [
        (WRITER, "?x :p ?y"),
        (WRITER, "?x :base ?y FILTER NOT EXISTS { ?y :p ?z }"),
        (WRITER, "?x :other/:p+ ?y"),
        (WRITER, "?x :base ?y MINUS { ?y ^:p ?z }"),
        (WRITER, "{ SELECT ?x (COUNT(?z) AS ?y) { ?x :p ?z } GROUP BY ?x }"),
        (WRITER, "?x ?q ?y VALUES ?q { :other :p }"),
        (TYPER, "?x :base ?y . ?y a :C"),
        (CHOOSER, "?x :q ?y"),
    ],
)
@pytest.mark.parametrize("stratum", [2, 3])
def test_reading_what_is_not_finished_is_refused(writer: str, body: str, stratum: int) -> None:
    reader = rule(f"CONSTRUCT {{ ?x :head ?y }} WHERE {{ {body} }}", "R9", 2)
    with pytest.raises(RuleError, match=r"R9\.rq: R9 \(stratum 2\) reads .* which R1 "):
        check_order([rule(writer, "R1", stratum), reader])
    check_order([rule(writer, "R1", 1), reader])


def test_other_classes_and_predicates_do_not_clash() -> None:
    reader = rule("CONSTRUCT { ?x :head ?y } WHERE { ?x a :D ; :base ?y }", "R9", 2)
    check_order([rule(TYPER, "R1", 2), rule(WRITER, "R2", 3), reader])


def test_a_fixpoint_may_read_its_own_stratum() -> None:
    step = "CONSTRUCT { ?x :p ?z } WHERE { ?x :p ?y . ?y :p ?z }"
    check_order([rule(step, fixpoint="true")])
    with pytest.raises(RuleError, match="fixpoint: true"):
        check_order([rule(step)])


@pytest.mark.parametrize(
    "body",
    [
        "?x :base ?z FILTER NOT EXISTS { ?z :p ?x }",
        "?x :base ?z MINUS { ?z :p ?x }",
        "?x :base ?z OPTIONAL { ?z :p ?x }",
        "{ SELECT ?x (MAX(?y) AS ?z) { ?x :p ?y } GROUP BY ?x }",
    ],
)
def test_a_rule_that_rests_on_its_own_absence_is_refused(body: str) -> None:
    negated = f"CONSTRUCT {{ ?x :p ?z }} WHERE {{ {body} }}"
    with pytest.raises(RuleError, match="R1 reads .*ns#p under a negation, which R1 writes"):
        check_order([rule(negated, fixpoint="true")])


def test_a_negative_cycle_is_named_in_full() -> None:
    rules = [
        rule("CONSTRUCT { ?x :a ?y } WHERE { ?x :base ?y MINUS { ?x :c ?y } }", "R1", 1),
        rule("CONSTRUCT { ?x :b ?y } WHERE { ?x :a ?y }", "R2", 2),
        rule("CONSTRUCT { ?x a :T ; :c ?y } WHERE { ?x :b ?y }", "R3", 3),
        rule("CONSTRUCT { ?x :d ?y } WHERE { ?x :a ?y }", "R4", 4),
    ]
    with pytest.raises(RuleError) as caught:
        check_order(rules)
    names = "https://w3id.org/kgraph/ns#"
    assert (
        f"R1 reads {names}c under a negation, which R3 writes -> "
        f"R3 reads {names}b, which R2 writes -> R2 reads {names}a, which R1 writes"
    ) in str(caught.value)
    assert str(caught.value).startswith("R1.rq, R3.rq, R2.rq: ")


def test_declared_writes_count_where_the_head_is_open() -> None:
    open_head = "CONSTRUCT { ?x ?q ?y } WHERE { ?x :base ?y ; :role ?q }"
    reader = rule("CONSTRUCT { ?x :head ?y } WHERE { ?x :p ?y }", "R9", 2)
    check_order([rule(open_head, "R1", 2), reader])
    with pytest.raises(RuleError, match="R9 "):
        check_order([rule(open_head, "R1", 2, writes=":p"), reader])
