"""The program of an ontology: equal to all rules, and nothing in it that nobody needs."""

import pytest

from kgraph.identifiers import Tag, tag_of
from kgraph.reason.clauses import Atom, Clause, TripleKey
from kgraph.reason.owl2rl import close_plainly, make_program, run_program
from kgraph.reason.owl2rl.facts import Binding, Facts, ground, solve, substituted
from kgraph.reason.owl2rl.instances import Instances
from kgraph.reason.owl2rl.noise import Noise
from kgraph.reason.owl2rl.plain import Derivation, PlainClosure
from kgraph.reason.owl2rl.resolution import LIMIT, unify
from kgraph.reason.owl2rl.specialise import about_terms, shape
from kgraph.reason.owl2rl.unfold import is_nameless

from .graphs import Graph, Maker

SEEDS = range(200)


def told(graph: Graph, closure: PlainClosure) -> set[tuple[object, ...]]:
    """What is inferred and tells something; the same value in other words does not."""
    noise = Noise(graph.rules, closure.rounds, graph.values)

    def value(key: TripleKey) -> tuple[object, ...]:
        s, p, o = key
        return s, p, graph.values.key(o) or o

    found = {value(key) for key in closure.inferred if not noise.is_noise(key)}
    return found - {value(key) for key in graph.keys}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_gives_what_all_rules_tell(seed: int) -> None:
    graph = Graph(Maker(seed).text())
    whole, found = graph.close(close_plainly), graph.close(run_program)
    assert told(graph, found) == told(graph, whole)
    assert bool(found.contradictions) == bool(whole.contradictions)


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_nothing_is_shown_that_tells_nothing(seed: int) -> None:
    text = Maker(seed).text()
    if "sameAs" in text or "Functional" in text or "Key" in text or "max" in text:
        return  # members of lists may be replaced by what is the same
    graph = Graph(text)
    found = graph.close(run_program)
    noise = Noise(graph.rules, found.rounds, graph.values)
    assert not [key for key in found.inferred if noise.is_noise(key)]


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_every_proof_checks(seed: int) -> None:
    """Each step of each derivation is a rule's, and its premises were there before."""
    graph = Graph(Maker(seed).text())
    closure = graph.close(run_program)
    schema = {key for key in closure.rounds if graph.rules.is_schema(key)}
    program = make_program(graph.rules, schema, graph.values, closure.rounds)
    facts = Facts({**program.rounds, **closure.rounds})
    axioms = Facts({**program.rounds, **{key: 0 for key in schema}})
    raw = list(about_terms(graph.rules, axioms, graph.values))
    raw += [c for rule in graph.rules.rules for c in Instances(axioms, graph.rules.words).of(rule)]
    for key, derivation in closure.because.items():
        assert check(derivation, facts, raw) == Atom(*key)
        before = [closure.rounds[p] for p in derivation.premises if p in closure.rounds]
        assert all(round_ < closure.rounds[key] for round_ in before)
    for derivation in closure.contradictions:
        assert check(derivation, facts, raw) is None


def check(derivation: Derivation, facts: Facts, raw: list[Clause]) -> Atom | None:
    """Replay a derivation; what it concludes."""
    known = set(derivation.premises)
    assert all(premise in facts for premise in known)
    clause = derivation.clause
    head: Atom | None = None
    for step in clause.steps or (clause,):
        assert {ground(atom, derivation.binding) for atom in step.body} <= known
        assert set(step.axioms) <= known
        assert any(is_instance(step, each) for each in raw), step
        head = None if step.head is None else substituted(step.head, derivation.binding)
        if head is not None:
            known.add(ground(head, {}))
    return head


def is_instance(step: Clause, clause: Clause) -> bool:
    if step.rule != clause.rule or not set(clause.axioms) <= set(step.axioms):
        return False
    if len(step.body) != len(clause.body):
        return False
    fresh: Binding = {name: -1 - n for n, name in enumerate(sorted(variables(step)))}
    facts = Facts(ground(atom, fresh) for atom in step.body)
    for binding in solve(clause.body, facts, {}):
        if step.head is None or clause.head is None:
            return step.head is clause.head
        if ground(clause.head, binding) == ground(step.head, fresh):
            return True
    return False


def variables(clause: Clause) -> set[str]:
    atoms = [*clause.body, *([] if clause.head is None else [clause.head])]
    return {name for atom in atoms for name in atom.variables}


def clauses(text: str) -> list[tuple[str, int]]:
    """Rules and lengths of clauses that are not about nameless classes."""
    graph = Graph(text)
    made = make_program(graph.rules, graph.keys, graph.values).clauses
    return sorted(
        (clause.rule, len(clause.body))
        for clause in made
        if clause.axioms and not any(tag_of(part) == Tag.BLANK for part in constants(clause))
    )


def constants(clause: Clause) -> list[int]:
    return [part for atom in clause.body for part in atom.parts if isinstance(part, int)]


def test_a_clause_is_no_longer_than_it_must_be() -> None:
    someone = "[ owl:onProperty :p ; owl:someValuesFrom :B ]"
    assert clauses(f":A owl:equivalentClass {someone} .") == [("cax-sco", 2)]
    assert clauses(f":A rdfs:subClassOf {someone} .") == []
    values = "[ owl:onProperty :p ; owl:hasValue :v ]"
    assert clauses(f":A owl:equivalentClass {values} .") == [("cax-sco", 1), ("cls-hv1", 1)]


def test_what_copies_give_is_left_out() -> None:
    hierarchy = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :q rdfs:subPropertyOf :p . "
    found = clauses(hierarchy + ":p rdfs:domain :A . :p rdfs:domain :B .")
    assert found == [("cax-sco", 1)] * 3 + [("prp-dom", 1), ("prp-spo1", 1)]


@pytest.mark.parametrize("seed", SEEDS[:60])
def test_no_clause_is_there_twice_or_says_nothing(seed: int) -> None:
    graph = Graph(Maker(seed).text())
    made = make_program(graph.rules, graph.keys, graph.values).clauses
    assert len({shape(clause) for clause in made}) == len(made)
    assert not [clause for clause in made if clause.head in clause.body]


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_the_order_of_axioms_does_not_matter(seed: int) -> None:
    graph = Graph(":C0 rdfs:subClassOf :C1 . :C1 rdfs:subClassOf :C2 ." + Maker(seed).text())
    keys = sorted(graph.keys)
    one = make_program(graph.rules, keys, graph.values)
    graph.values.forget()
    other = make_program(graph.rules, keys[::-1], graph.values)
    assert one.clauses is not other.clauses
    assert (one.clauses, one.schema) == (other.clauses, other.schema)


def test_a_schema_is_worked_out_once_whatever_the_rounds_until_values_forget() -> None:
    graph = Graph(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .")
    early = make_program(graph.rules, graph.keys, graph.values)
    late = make_program(graph.rules, graph.keys, graph.values, dict.fromkeys(graph.keys, 7))
    assert late.clauses is early.clauses
    concluded = graph.key(":A rdfs:subClassOf :C .")
    assert (early.rounds[concluded], late.rounds[concluded]) == (1, 8)
    more = make_program(
        graph.rules, graph.keys | {graph.key(":C rdfs:subClassOf :D .")}, graph.values
    )
    assert set(early.rounds) < set(more.rounds)


def test_a_class_that_is_defined_by_itself_alone_is_kept() -> None:
    """Nameless, so that membership would be hidden; but there is no end to unfolding it."""
    text = """_:r owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf ( _:r :B ) ] .
    _:r rdfs:subClassOf :A . :x :p :y . :y :p :z . :z :p :w . :w a :B ."""
    graph = Graph(text)
    program = make_program(graph.rules, graph.keys, graph.values)
    assert len(program.kept) == 1
    closure = graph.close(run_program)
    assert {graph.key(f":{x} a :A .") for x in "xyz"} <= closure.inferred
    assert told(graph, closure) == told(graph, graph.close(close_plainly))


INVERSE = "_:inverse owl:inverseOf :q . "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (INVERSE + ":p rdfs:subPropertyOf _:inverse . :x :p :y .", ":y :q :x ."),
        (INVERSE + "_:inverse rdfs:subPropertyOf :p . :x :q :y .", ":y :p :x ."),
        (INVERSE + "_:inverse a owl:TransitiveProperty . :x :q :y . :y :q :z .", ":x :q :z ."),
        (INVERSE + ":r owl:propertyChainAxiom ( _:inverse :p ) . :x :q :y ; :p :z .", ":y :r :z ."),
    ],
)
def test_a_property_without_a_name_is_taken_out(text: str, expected: str) -> None:
    graph = Graph(text)
    program = make_program(graph.rules, graph.keys, graph.values)
    assert not program.kept
    heads = [clause.head.predicate for clause in program.clauses if clause.head is not None]
    assert not any(map(is_nameless, heads))
    closure = graph.close(run_program)
    assert graph.key(expected) in closure.inferred
    assert told(graph, closure) == told(graph, graph.close(close_plainly))


def test_a_property_without_a_name_that_is_defined_by_itself_is_kept() -> None:
    text = """:p rdfs:subPropertyOf [ a owl:TransitiveProperty ; rdfs:subPropertyOf :q ] .
    :x :p :y . :y :p :z . :z :p :w ."""
    graph = Graph(text)
    assert make_program(graph.rules, graph.keys, graph.values).kept
    closure = graph.close(run_program)
    assert graph.key(":x :q :w .") in closure.inferred
    assert told(graph, closure) == told(graph, graph.close(close_plainly))


def test_a_class_with_too_many_ways_into_it_is_kept() -> None:
    many = " ".join(f":D{n}" for n in range(LIMIT // 40))
    both = f"[ owl:intersectionOf ( [ owl:unionOf ( {many} ) ] [ owl:unionOf ( {many} ) ] ) ]"
    graph = Graph(f"{both} rdfs:subClassOf :A . :x a :D1 .")
    program = make_program(graph.rules, graph.keys, graph.values)
    assert program.kept
    assert len(program.clauses) < LIMIT
    assert graph.key(":x a :A .") in graph.close(run_program).inferred


def test_axioms_that_data_imply_take_effect() -> None:
    text = ":sub rdfs:subPropertyOf rdfs:subClassOf . :A :sub :B . :B :sub :C . :x a :A ."
    graph = Graph(text)
    closure = graph.close(run_program)
    for expected in (":A rdfs:subClassOf :C .", ":x a :C ."):
        assert graph.key(expected) in closure.inferred


def test_an_axiom_about_a_class_of_properties_takes_effect() -> None:
    text = ":K rdfs:subClassOf owl:TransitiveProperty . :p a :K . :x :p :y . :y :p :z ."
    graph = Graph(text)
    closure = graph.close(run_program)
    assert {graph.key(":x :p :z ."), graph.key(":p a owl:TransitiveProperty .")} <= closure.inferred


def test_what_the_schema_alone_gives_has_rounds_behind_its_premises() -> None:
    graph = Graph("".join(f":C{n} rdfs:subClassOf :C{n + 1} . " for n in range(9)))
    program = make_program(graph.rules, graph.keys, graph.values)
    for clause in program.schema:
        assert clause.head is not None
        round_ = program.rounds[ground(clause.head, {})]
        assert all(program.rounds.get(axiom, 0) < round_ for axiom in clause.axioms)


def test_unifying_binds_variables_of_both() -> None:
    assert unify(Atom("x", 1, 2), Atom(3, 1, "y")) == {"x": 3, "y": 2}
    assert unify(Atom("x", 1, "x"), Atom(3, 1, 4)) is None
