"""Domain rules: SPARQL CONSTRUCT queries with front matter (docs/decisions/0072).

    # id: R101
    # stratum: 2
    # title: Alleged unless somebody reports it
    # why: An allegation must never read as a fact.
    # bound: 1 per ?record
    CONSTRUCT { ?record kg:epistemicStatus kg:alleged } WHERE { ... }

`bound` says how many heads one record can have at most; where it holds `<number> per ?variable`,
it is checked. `fixpoint: true` repeats a rule that reads what its own stratum writes. `writes`
names the predicates of a head whose predicate is a variable.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kgraph.errors import Place, QuerySyntaxError, RuleError
from kgraph.plan.algebra import (
    Call,
    Graph,
    Pattern,
    Service,
    Term,
    TriplePattern,
    Variable,
    walk,
)
from kgraph.plan.operations import ConstructQuery
from kgraph.plan.variables import Names, names
from kgraph.reason.domain.order import check_order
from kgraph.reason.domain.patterns import Pattern as TriplesPattern
from kgraph.reason.domain.patterns import read_patterns, write_patterns
from kgraph.sparql.parse import parse_query
from kgraph.vocab import DEFAULT_NAMESPACE

STRATA = range(1, 7)
REQUIRED = ("id", "stratum", "title", "why", "bound")
OPTIONAL = ("fixpoint", "writes")
FIELD = re.compile(r"#\s?([a-z][\w-]*):\s*(.*)")
LIMIT = re.compile(r"\b(\d+) per \?(\w+)")
CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions that give something else each time."""
Fields = dict[str, tuple[str, int]]
"""The values of the front matter and their lines."""


@dataclass(frozen=True)
class Limit:
    """At most `heads` triples for each value of `variable`."""

    heads: int
    variable: str


@dataclass(frozen=True)
class Rule:
    """One CONSTRUCT with what its front matter says and what it reads and writes."""

    id: str
    stratum: int
    title: str
    why: str
    bound: str
    text: str
    source: str
    fixpoint: bool
    limit: Limit | None
    template: tuple[TriplePattern, ...] = field(repr=False)
    body: Pattern = field(repr=False)
    reads: tuple[TriplesPattern, ...] = field(repr=False)
    writes: tuple[TriplesPattern, ...] = field(repr=False)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """What of a solution is needed: the variables of the template, then that of the limit."""
        found: Names = names(*self.template)
        limited = (self.limit.variable,) if self.limit else ()
        return (*sorted(found), *(name for name in limited if name not in found))

    @cached_property
    def constants(self) -> frozenset[Term]:
        """The terms in its template."""
        nodes = [node for t in self.template for node in (t.subject, t.predicate, t.object)]
        return frozenset(n for n in nodes if not isinstance(n, Variable | TriplePattern))


def load_rules(folder: Path, namespace: str = DEFAULT_NAMESPACE) -> list[Rule]:
    """The rules of all `*.rq` in a folder, by stratum and id, checked one by one and together.

    Files are written with the default namespace; it is rewritten where another one is set.
    Raises RuleError with file and line.
    """
    rules = [
        parse_rule(path.read_text(encoding="utf-8"), path.name, namespace)
        for path in sorted(folder.glob("*.rq"))
    ]
    rules.sort(key=lambda rule: (rule.stratum, rule.id))
    check_order(rules)
    return rules


def parse_rule(text: str, source: str, namespace: str = DEFAULT_NAMESPACE) -> Rule:
    """One rule from its text; `source` names it in messages."""
    if namespace != DEFAULT_NAMESPACE:
        text = text.replace(DEFAULT_NAMESPACE, namespace)
    fields = _front_matter(text, source)
    stratum = _stratum(fields, source)
    query = _construct(text, source)
    limit = _limit(fields, query, source)
    writes = write_patterns(query.template, query.pattern)
    return Rule(
        id=fields["id"][0],
        stratum=stratum,
        title=fields["title"][0],
        why=fields["why"][0],
        bound=fields["bound"][0],
        text=text,
        source=source,
        fixpoint=_flag(fields, "fixpoint", source),
        limit=limit,
        template=query.template,
        body=query.pattern,
        reads=read_patterns(query.pattern),
        writes=_declared(fields, text, writes, source),
    )


def _fail(source: str, line: int | None, what: str) -> RuleError:
    return RuleError(f"{Place(source, line)}: {what}")


def _front_matter(text: str, source: str) -> Fields:
    fields: Fields = {}
    last = ""
    for number, line in _comments(text):
        match = FIELD.match(line)
        if not match:
            if not last:
                raise _fail(source, number, f"expected '# key: value', found {line!r}")
            value, at = fields[last]
            fields[last] = (f"{value} {line.lstrip('# ').strip()}".strip(), at)
            continue
        last = match[1]
        if last not in REQUIRED + OPTIONAL:
            known = ", ".join(REQUIRED + OPTIONAL)
            raise _fail(source, number, f"unknown key {last!r}; there are {known}")
        if last in fields:
            raise _fail(source, number, f"{last!r} is given twice")
        fields[last] = (match[2].strip(), number)
    for name in REQUIRED:
        if not fields.get(name, ("", 0))[0]:
            raise _fail(source, fields.get(name, ("", 1))[1], f"the front matter lacks '# {name}:'")
    return fields


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """The lines of comments before the query, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            yield number, line
        elif line.strip():
            return


def _stratum(fields: Fields, source: str) -> int:
    text, line = fields["stratum"]
    if not text.isdigit() or int(text) not in STRATA:
        raise _fail(
            source, line, f"stratum is {text!r}; write a number from {STRATA[0]} to {STRATA[-1]}"
        )
    return int(text)


def _flag(fields: Fields, name: str, source: str) -> bool:
    text, line = fields.get(name, ("false", 0))
    if text not in ("true", "false"):
        raise _fail(source, line, f"{name} is {text!r}; write true or false")
    return text == "true"


def _limit(fields: Fields, query: ConstructQuery, source: str) -> Limit | None:
    text, line = fields["bound"]
    found = LIMIT.search(text)
    if found is None:
        return None
    if found[2] not in names(query.pattern):
        raise _fail(source, line, f"the bound speaks of ?{found[2]}, which the query does not have")
    return Limit(int(found[1]), found[2])


def _declared(
    fields: Fields, text: str, writes: tuple[TriplesPattern, ...], source: str
) -> tuple[TriplesPattern, ...]:
    """Heads with an open predicate write what the front matter says they do."""
    if "writes" not in fields:
        return writes
    prefixes = dict(re.findall(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", text, re.IGNORECASE))
    found = set()
    for word in re.split(r"[\s,]+", fields["writes"][0]):
        prefix, _, local = word.partition(":")
        if prefix not in prefixes:
            raise _fail(source, fields["writes"][1], f"unknown prefix in {word!r}")
        found.add(prefixes[prefix] + local)
    return tuple(
        TriplesPattern(w.subject, frozenset(found), w.object) if w.predicates is None else w
        for w in writes
    )


def _construct(text: str, source: str) -> ConstructQuery:
    try:
        query = parse_query(text)
    except QuerySyntaxError as error:
        what = f"{error.what}; expected {error.expected}" if error.expected else error.what
        where = Place(source, error.place.line, error.place.column)
        raise RuleError(f"{where}: {what}{f'. {error.cure}' if error.cure else ''}") from error
    line = _first_line(text)
    if not isinstance(query, ConstructQuery):
        raise _fail(source, line, "a rule is a CONSTRUCT query")
    if not query.template:
        raise _fail(source, line, "write the template out: CONSTRUCT { } WHERE { }")
    for fault in _faults(query):
        raise _fail(source, line, fault)
    return query


def _faults(query: ConstructQuery) -> Iterator[str]:
    """What a query may say and a rule may not."""
    if any(name.startswith("_:") for name in names(*query.template)):
        yield "a rule makes no blank nodes: explanations need names"
    nodes = [node for t in query.template for node in (t.subject, t.predicate, t.object)]
    if any(isinstance(node, TriplePattern) for node in nodes):
        yield "a rule makes no triple term with variables"
    parts = list(walk(query.pattern))
    if query.dataset is not None or any(isinstance(part, Graph) for part in parts):
        yield "a rule reads all graphs as one: take FROM and GRAPH out"
    if any(isinstance(part, Service) for part in parts):
        yield "a rule asks no other endpoint: take SERVICE out"
    called = {part.function for part in parts if isinstance(part, Call)}
    for name in sorted(called & CHANGING, key=str):
        yield f"{name}() gives something else each time: the same facts must give the same heads"


def _first_line(text: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((n for n, line in lines if line.strip() and not line.startswith("#")), 1)


def in_strata(rules: Iterable[Rule]) -> Iterator[tuple[int, list[Rule]]]:
    """Each stratum with its rules, in order; strata without rules too."""
    listed = list(rules)
    for stratum in STRATA:
        yield stratum, [rule for rule in listed if rule.stratum == stratum]
