"""Domain rules: SPARQL CONSTRUCT queries with front matter, and the order they may run in.

    # id: R101
    # stratum: 2
    # title: Alleged unless somebody reports it
    # why: An allegation must never read as a fact.
    # bound: 1 per ?record
    CONSTRUCT { ?record kg:epistemicStatus kg:alleged } WHERE { ... }

`bound` says how many heads one record can have at most; where it holds `<number> per ?variable`,
the closure checks it. `fixpoint: true` repeats a rule that reads what its own stratum writes.
`writes` names the predicates of a head whose predicate is a variable.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyparsing import ParseBaseException
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode

from kgraph.errors import Place, RuleError
from kgraph.reason.patterns import Pattern, Step, read_patterns, write_patterns
from kgraph.vocab import DEFAULT_NAMESPACE

STRATA = range(1, 7)
RL_AGAIN_AFTER = 4
REQUIRED = ("id", "stratum", "title", "why", "bound")
OPTIONAL = ("fixpoint", "writes", "reads")
FIELD = re.compile(r"#\s?([a-z][\w-]*):\s*(.*)")
LIMIT = re.compile(r"\b(\d+) per \?(\w+)")
TOKEN = re.compile(
    r"""#[^\n]*|<[^<>"{}|^`\\\s]*>|\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]""",
    re.DOTALL,
)
Key = tuple[str, str | None]


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
    fixpoint: bool = False
    limit: Limit | None = None
    template: tuple[Step, ...] = field(default=(), repr=False)
    algebra: CompValue | None = field(default=None, repr=False, compare=False)
    reads: tuple[Pattern, ...] = field(default=(), repr=False)
    writes: tuple[Pattern, ...] = field(default=(), repr=False)

    def select(self, solutions: str = "") -> str:
        """The body as a SELECT of all its variables; `solutions` is a VALUES block to join."""
        prologue, body = self._split()
        return f"{prologue}\nSELECT * {body}\n{solutions}"

    def _split(self) -> tuple[str, str]:
        start, end = _template_span(self.text)
        body = self.text[end:]
        if not _starts_with_where(body):
            raise RuleError(f"{self.source}: no WHERE after the template of {self.id}")
        return self.text[:start], body


def load_rules(folder: Path, *, namespace: str = DEFAULT_NAMESPACE) -> list[Rule]:
    """The rules of all `*.rq` in a folder, by stratum and id, checked one by one and together.

    Files are written with the default namespace; it is rewritten where another one is set.
    Raises RuleError with file and line.
    """
    rules = [
        parse_rule(path.read_text(encoding="utf-8"), path.name, namespace=namespace)
        for path in sorted(folder.glob("*.rq"))
    ]
    rules.sort(key=lambda rule: (rule.stratum, rule.id))
    check_order(rules)
    return rules


def parse_rule(text: str, source: str, *, namespace: str = DEFAULT_NAMESPACE) -> Rule:
    """One rule from its text; `source` names it in messages."""
    if namespace != DEFAULT_NAMESPACE:
        text = text.replace(DEFAULT_NAMESPACE, namespace)
    fields = _front_matter(text, source)
    stratum = _stratum(fields, source)
    template, algebra = _parse_construct(text, source)
    limit = LIMIT.search(fields["bound"][0])
    writes = write_patterns(template, algebra.p)
    return Rule(
        id=fields["id"][0],
        stratum=stratum,
        title=fields["title"][0],
        why=fields["why"][0],
        bound=fields["bound"][0],
        text=text,
        source=source,
        fixpoint=_flag(fields, "fixpoint", source),
        limit=Limit(int(limit[1]), limit[2]) if limit else None,
        template=template,
        algebra=algebra.p,
        reads=read_patterns(algebra.p),
        writes=_declared(fields, text, writes, source),
    )


def _fail(source: str, line: int | None, what: str) -> RuleError:
    return RuleError(f"{Place(source, line)}: {what}")


def _front_matter(text: str, source: str) -> dict[str, tuple[str, int]]:
    fields: dict[str, tuple[str, int]] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            if line.strip():
                break
            continue
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


def _stratum(fields: dict[str, tuple[str, int]], source: str) -> int:
    text, line = fields["stratum"]
    if not text.isdigit() or int(text) not in STRATA:
        raise _fail(
            source, line, f"stratum is {text!r}; write a number from {STRATA[0]} to {STRATA[-1]}"
        )
    return int(text)


def _flag(fields: dict[str, tuple[str, int]], name: str, source: str) -> bool:
    text, line = fields.get(name, ("false", 0))
    if text not in ("true", "false"):
        raise _fail(source, line, f"{name} is {text!r}; write true or false")
    return text == "true"


def _declared(
    fields: dict[str, tuple[str, int]], text: str, writes: tuple[Pattern, ...], source: str
) -> tuple[Pattern, ...]:
    """Heads with an open predicate write what the front matter says they do."""
    if "writes" not in fields:
        return writes
    prefixes = dict(re.findall(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", text, re.IGNORECASE))
    names = set()
    for word in re.split(r"[\s,]+", fields["writes"][0]):
        prefix, _, local = word.partition(":")
        if prefix not in prefixes:
            raise _fail(source, fields["writes"][1], f"unknown prefix in {word!r}")
        names.add(prefixes[prefix] + local)
    return tuple(
        Pattern(w.subject, frozenset(names), w.object) if w.predicates is None else w
        for w in writes
    )


def _parse_construct(text: str, source: str) -> tuple[tuple[Step, ...], Any]:
    try:
        ox.Store().query(text)
        algebra = translateQuery(parseQuery(text)).algebra
    except SyntaxError as error:
        found = re.search(r"at (\d+):(\d+)", str(error))
        raise _fail(source, int(found[1]) if found else None, str(error)) from error
    except ParseBaseException as error:
        raise _fail(source, error.lineno, f"{error.msg} at {error.line.strip()!r}") from error
    except Exception as error:  # rdflib raises bare Exception for what it cannot translate
        raise _fail(source, None, f"rdflib cannot read it: {error}") from error
    if algebra.name != "ConstructQuery":
        raise _fail(source, _first_line(text), "a rule is a CONSTRUCT query")
    if not algebra.template:
        raise _fail(source, _first_line(text), "write the template out: CONSTRUCT { } WHERE { }")
    template = tuple(algebra.template)
    if any(isinstance(node, BNode) for step in template for node in step):
        raise _fail(
            source, _first_line(text), "a rule makes no blank nodes: explanations need names"
        )
    return template, algebra


def _first_line(text: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next((n for n, line in lines if line.strip() and not line.startswith("#")), 1)


def _template_span(text: str) -> tuple[int, int]:
    """From the word CONSTRUCT to behind the template's closing brace."""
    masked = TOKEN.sub(lambda m: m[0] if m[0] in "{}" else " " * len(m[0]), text)
    found = re.search(r"\bCONSTRUCT\b", masked, re.IGNORECASE)
    if found is None:
        raise RuleError("no CONSTRUCT")
    depth = 0
    for index in range(found.end(), len(masked)):
        depth += {"{": 1, "}": -1}.get(masked[index], 0)
        if masked[index] == "}" and depth == 0:
            return found.start(), index + 1
    raise RuleError("the template of the CONSTRUCT is not closed")


def _starts_with_where(body: str) -> bool:
    masked = TOKEN.sub(lambda m: m[0] if m[0] in "{}" else " " * len(m[0]), body)
    return bool(re.match(r"\s*(WHERE\b|\{|FROM\b)", masked, re.IGNORECASE))


def check_order(rules: Sequence[Rule]) -> None:
    """Refuse two rules of one id, and a rule that reads what is not finished when it runs.

    A rule may read what earlier strata write. What its own stratum writes it may read only if it
    is marked `fixpoint: true`, and then not under a negation or an aggregate. Predicates that a
    query leaves open are not judged.
    """
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{rule.source}: id {rule.id} is taken by {seen[rule.id].source}")
        seen[rule.id] = rule
    for reader in rules:
        for writer in rules:
            if writer.stratum < reader.stratum:
                continue
            for key, negated in _conflicts(reader, writer):
                _judge(reader, writer, key, negated)


def _conflicts(reader: Rule, writer: Rule) -> Iterator[tuple[Key, bool]]:
    written = {key for pattern in writer.writes for key in pattern.keys}
    for pattern in reader.reads:
        for key in sorted(pattern.keys & written, key=str):
            yield key, pattern.negated


def _judge(reader: Rule, writer: Rule, key: Key, negated: bool) -> None:
    name = key[0] if key[1] is None else f"the type {key[1]}"
    if writer.stratum > reader.stratum:
        cure = f"move it behind stratum {writer.stratum}"
    elif not reader.fixpoint:
        cure = "put one of them into another stratum, or mark it '# fixpoint: true'"
    elif negated:
        cure = "a fixpoint cannot negate, count or leave optional what it is still writing"
    else:
        return
    raise RuleError(
        f"{reader.source}: {reader.id} (stratum {reader.stratum}) reads {name}, which "
        f"{writer.id} ({writer.source}, stratum {writer.stratum}) writes; {cure}"
    )


def in_strata(rules: Iterable[Rule]) -> Iterator[tuple[int, list[Rule]]]:
    """Each stratum with its rules, in order; strata without rules too."""
    listed = list(rules)
    for stratum in STRATA:
        yield stratum, [rule for rule in listed if rule.stratum == stratum]
