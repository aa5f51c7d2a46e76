"""Random SPARQL texts and the random data that they are asked of.

A dialect says what may occur: the whole of SPARQL for the naive evaluator, which is made from the
same specification; less for the peers, whose differences `differences.py` names.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse

Draw = Callable[[st.SearchStrategy], object]
PREFIXES = (
    "PREFIX : <http://example.com/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
)
IRIS, PREDICATES, GRAPHS = (":a", ":b", ":c"), (":p", ":q"), (":g", ":h")
CANONICAL = ("1", "2", "1.5", '"a"', '"1"', '"b"@en', "true")
TANGLED = (
    *CANONICAL, '"x"^^:d', '"01"^^xsd:integer', "1.0", "1e0", '"z"^^xsd:integer', '"b"@fr', '""',
    '"q\\"\\\\\\n\\t"', '"\u00e9\U0001f600<&"', '"2020-01-01"^^xsd:date', '"b"@en--rtl', "false",
    '"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2020-01-01T00:00:00"^^xsd:dateTime',
    '"NaN"^^xsd:double', "-2.50", "9007199254740993", "4611686018427387904", "1e300",
    '"P1Y"^^xsd:duration', "<<( :a :p 1 )>>", "<<( :a :p <<( :b :q :c )>> )>>",
)  # fmt: skip
VARIABLES = ("?x", "?y", "?z")
DEPTH = 2
"""Of groups within groups."""


@dataclass(frozen=True)
class Dialect:
    """What may occur in texts and data; the names of what may not are those of differences."""

    iris: tuple[str, ...] = IRIS
    literals: tuple[str, ...] = CANONICAL
    least: int = 0
    """Quads of data, at least."""
    blank_nodes: bool = True
    joined_nodes: bool = False
    """All IRIs are in each graph, so that each can begin a path of length zero."""
    alternatives: bool = False
    paths_only: bool = False
    """Nothing but one path, and each solution once."""
    zero_paths: bool = True
    any_exists: bool = False
    """EXISTS of any pattern, not of triples alone."""
    any_graph: bool = False
    """GRAPH with a variable before any pattern, not before triples alone."""
    limits: bool = False
    datasets: bool = True
    merged: bool = True
    """Several graphs in FROM, and the union of all as default graph."""
    failing: bool = True
    """Graph management that fails."""
    order_of_terms: bool = False
    """Comparing and ordering any terms."""
    nested_filters: bool = True
    """Filters, BIND and MINUS in groups within groups."""
    membership: bool = True
    """IN and NOT IN."""
    computed: bool = True
    """Expressions in SELECT, and BIND."""
    values_first: bool = True
    """VALUES before anything else in its group."""
    absent: bool = True
    """GRAPH of a name that no graph has."""
    undef: bool = True
    functions: tuple[tuple[int, str], ...] = ()
    infix: tuple[str, ...] = ("=", "!=", "&&", "||", "+", "-", "*", "/")
    aggregates: tuple[str, ...] = ("COUNT", "SUM", "MIN", "MAX", "AVG")
    groups: bool = True
    """GROUP BY and aggregates."""
    named_keys: bool = True
    """GROUP BY expressions that get names."""
    empty: bool = True
    """Templates without triples, VALUES without rows."""
    having: bool = True
    subselects: bool = True


PORTABLE = (
    (2, "sameTerm"), (2, "COALESCE"), (2, "CONCAT"), (2, "STRSTARTS"), (2, "CONTAINS"),
    (2, "STRAFTER"), (1, "!"), (1, "isIRI"), (1, "isNumeric"), (1, "STR"), (1, "LANG"),
    (1, "DATATYPE"), (1, "STRLEN"), (1, "UCASE"), (1, "ABS"), (1, "ROUND"), (1, "CEIL"),
    (1, "FLOOR"), (3, "IF"), (1, "isLiteral"), (2, "STRENDS"), (2, "STRBEFORE"), (1, "LCASE"),
)  # fmt: skip
ALL_FUNCTIONS = (
    *PORTABLE, (1, "isBlank"), (1, "-"), (2, "STRDT"), (2, "STRLANG"), (2, "langMatches"),
    (1, "YEAR"), (1, "MONTH"), (1, "DAY"), (1, "HOURS"), (1, "TIMEZONE"), (1, "TZ"), (1, "MD5"),
    (1, "SHA1"), (1, "ENCODE_FOR_URI"), (2, "SUBSTR"), (3, "SUBSTR"), (3, "REPLACE"), (2, "REGEX"),
    (1, "xsd:integer"), (1, "xsd:decimal"), (1, "xsd:double"), (1, "xsd:string"),
    (1, "xsd:boolean"), (1, "xsd:dateTime"), (1, "IRI"), (1, "isTRIPLE"), (1, "SUBJECT"),
    (1, "OBJECT"), (1, "PREDICATE"), (1, "LANGDIR"), (1, "hasLANG"), (1, "xsd:float"),
    (1, "hasLANGDIR"), (3, "STRLANGDIR"), (3, "TRIPLE"), (1, "SECONDS"), (1, "xsd:date"),
)  # fmt: skip
WHOLE = Dialect(
    literals=TANGLED,
    alternatives=True,
    any_exists=True,
    any_graph=True,
    limits=True,
    order_of_terms=True,
    functions=ALL_FUNCTIONS,
    infix=("=", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/"),
    aggregates=("COUNT", "SUM", "MIN", "MAX", "AVG", "STRLEN(GROUP_CONCAT"),
)
DENSE = replace(WHOLE, iris=IRIS[:2], literals=("1", "2"), least=6, blank_nodes=False)
OXIGRAPH = Dialect(
    joined_nodes=True, functions=PORTABLE, merged=False, failing=False, named_keys=False
)
OXIGRAPH_PATHS = replace(OXIGRAPH, alternatives=True, paths_only=True)
OXIGRAPH_CUT = replace(OXIGRAPH, literals=(), blank_nodes=False, limits=True)
RDFLIB = Dialect(
    joined_nodes=True,
    literals=("1", "2", '"a"', '"b"@en'),
    functions=((1, "isIRI"), (1, "isLiteral"), (2, "sameTerm"), (1, "!")),
    infix=("=", "!=", "&&", "||"),
    datasets=False,
    failing=False,
    subselects=False,
    groups=False,
    empty=False,
    nested_filters=False,
    membership=False,
    values_first=False,
    absent=False,
    computed=False,
    zero_paths=False,
)
RDFLIB_CUT = replace(RDFLIB, literals=(), blank_nodes=False, limits=True)


class Writer:
    """Draws the parts of one text; variables and labels that it makes occur nowhere else."""

    def __init__(self, draw: Draw, dialect: Dialect) -> None:
        self._draw, self.dialect, self._made = draw, dialect, 0

    def one(self, *options: object) -> object:
        return self._draw(st.sampled_from(options))

    def many(self, least: int, most: int, make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(self._draw(st.integers(least, most)))]

    def fresh(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}{self._made}"

    @property
    def _least(self) -> int:
        return 0 if self.dialect.empty else 1

    # Terms and triples

    def constant(self) -> str:
        return self.one(*self.dialect.iris, *self.dialect.literals)

    def node(self, label: str = "") -> str:
        blank = (label,) if label and self.dialect.blank_nodes else ()
        return self.one(*VARIABLES, *VARIABLES, *VARIABLES, *self.dialect.iris, *blank)

    def verb(self) -> str:
        return self.one(*PREDICATES, *PREDICATES, *PREDICATES, "?y")

    def object(self, label: str) -> str:
        if "<<( :a :p 1 )>>" in self.dialect.literals and self.one(*range(9)) == 8:
            return f"<<( {self.node()} {self.verb()} {self.one(self.node(), self.constant())} )>>"
        return self.one(*VARIABLES, *VARIABLES, *VARIABLES, self.constant(), label or ":a")

    def triples(self) -> str:
        label = self.fresh("_:b") if self.dialect.blank_nodes else ""
        return " ".join(self.many(1, 2, lambda: self._triple(label)))

    def _triple(self, label: str) -> str:
        subject, verb, end = self.node(label), self.verb(), self.object(label)
        kind = self.one(*range(8))
        if kind == 5:
            return f"{subject} {verb} {end} ; {self.verb()} {self.object(label)} ."
        if kind == 6:
            return f"{subject} {verb} {end} , {self.object(label)} ."
        if kind == 7 and self.dialect.blank_nodes:
            return f"{subject} {verb} [ {self.verb()} {end} ] ."
        return f"{subject} {verb} {end} ."

    def path(self, depth: int = 2) -> str:
        forms = ["p", "p", "^", "+", "/", "!"]
        forms += ["*", "?"] if self.dialect.zero_paths else []
        forms += ["|", "!^"] if self.dialect.alternatives else []
        form = self.one(*forms[: None if depth else 2])
        if form == "p":
            return self.one(*PREDICATES)
        if form == "!":
            return f"!({'|'.join(self.many(1, 2, lambda: self.one(*PREDICATES)))})"
        if form == "!^":
            return f"!({self.one(*PREDICATES)}|^{self.one(*PREDICATES)})"
        inner = self.path(depth - 1)
        if form in "/|":
            return f"({inner}{form}{self.path(depth - 1)})"
        return f"^({inner})" if form == "^" else f"({inner}){form}"

    # Expressions

    def expression(self, depth: int = 2, more: tuple[str, ...] = ()) -> str:
        leaves = (*VARIABLES, *VARIABLES, *more)
        kind = self.one(*range(8)) if depth else self.one(0, 1)
        if kind == 0:
            return self.one(*leaves)
        if kind == 1:
            return self.constant()
        if kind == 2:
            return f"BOUND({self.one(*leaves)})"
        if kind <= 4:
            return self._infix(depth - 1, more)
        if kind == 5 and self.dialect.membership:
            inner = ", ".join(self.many(0, 2, lambda: self.expression(depth - 1, more)))
            return f"({self.expression(depth - 1, more)} {self.one('IN', 'NOT IN')} ({inner}))"
        return self._call(depth - 1, more)

    def _infix(self, depth: int, more: tuple[str, ...]) -> str:
        sign = self.one(*self.dialect.infix, *(() if self.dialect.order_of_terms else ("<", ">=")))
        left, right = self.expression(depth, more), self.expression(depth, more)
        if sign in "<>=" and sign not in self.dialect.infix:
            return f"(STR({left}) {sign} STR({right}))"
        return f"({left} {sign} {right})"

    def _call(self, depth: int, more: tuple[str, ...]) -> str:
        arity, name = self.one(*self.dialect.functions)
        arguments = ", ".join(self.expression(depth, more) for _ in range(arity))
        return f"{name}({arguments})" if name not in "!-" else f"({name}({arguments}))"

    def exists(self, depth: int) -> str:
        inner = self.group(depth - 1) if self.dialect.any_exists else f"{{ {self.triples()} }}"
        return f"{self.one('', 'NOT ')}EXISTS {inner}"

    def condition(self, depth: int) -> str:
        if self.dialect.any_exists and depth and self.one(*range(6)) == 5:
            return f"({self.expression(1)} {self.one('&&', '||')} {self.exists(depth)})"
        if self.one(*range(3)):
            return self._simple()
        return self.expression()

    def _simple(self) -> str:
        """Something that often holds."""
        one, other = self.one(*VARIABLES), self.one(*VARIABLES, self.constant())
        forms = ("{} != {}", "!sameTerm({}, {})", "{} = {}", "BOUND({})", "!BOUND({})", "isIRI({})")
        return self.one(*forms).format(one, other)

    # Patterns

    def group(self, depth: int) -> str:
        """A group graph pattern, brackets included."""
        parts = [self.triples()] if self.one(*range(4)) < 3 or not depth else []
        parts += self.many(0 if parts else 1, 2, lambda: self.element(depth)) if depth else []
        return f"{{ {' '.join(parts)} }}"

    def element(self, depth: int) -> str:
        kinds: list[Callable[[int], str]] = [
            self._path_pattern, self._optional, self._optional, self._union, self._graph,
            self._values, lambda depth: self.group(depth - 1),
        ]  # fmt: skip
        if self.dialect.nested_filters or depth == DEPTH:
            kinds += [self._minus, self._filter, self._exists_filter]
            kinds += [self._bind] if self.dialect.computed else []
        if self.dialect.subselects:
            kinds.append(lambda depth: f"{{ {self.select(depth - 1, inner=True)} }}")
        return self.one(*kinds)(depth)

    def _path_pattern(self, depth: int) -> str:
        return f"{self.node()} {self.path()} {self.node()} ."

    def _optional(self, depth: int) -> str:
        return f"OPTIONAL {self.group(depth - 1)}"

    def _union(self, depth: int) -> str:
        return f"{self.group(depth - 1)} UNION {self.group(depth - 1)}"

    def _minus(self, depth: int) -> str:
        return f"MINUS {self.group(depth - 1)}"

    def _graph(self, depth: int) -> str:
        none = (":none",) if self.dialect.absent else ()
        name = self.one(*GRAPHS, "?g", *none, *(VARIABLES if self.dialect.any_graph else ()))
        plain = name.startswith("?") and not self.dialect.any_graph
        inner = f"{{ {self.triples()} }}" if plain else self.group(depth - 1)
        return f"GRAPH {name} {inner}"

    def _filter(self, depth: int) -> str:
        return f"FILTER({self.condition(depth)})"

    def _exists_filter(self, depth: int) -> str:
        return f"FILTER {self.exists(depth)}"

    def _bind(self, depth: int) -> str:
        return f"BIND({self.condition(depth)} AS {self.fresh('?e')})"

    def _values(self, depth: int) -> str:
        def cell() -> str:
            return "UNDEF" if self.dialect.undef and self.one(*range(4)) == 3 else self.constant()

        names = self.one(("?x", "?y"), ("?z", "?x"), ("?y",))
        rows = self.many(self._least, 3, lambda: f"({' '.join(cell() for _ in names)})")
        first = "" if self.dialect.values_first else f"{self.triples()} "
        return f"{first}VALUES ({' '.join(names)}) {{ {' '.join(rows)} }}"

    # Queries

    def select(self, depth: int, *, inner: bool = False) -> str:
        """A SELECT query or subquery; one that is cut is ordered by all that it shows."""
        forms = ["plain", "plain", "cut"] if self.dialect.limits else ["plain", "plain"]
        form = self.one(*forms, "groups" if self.dialect.groups else "plain")
        if form == "groups":
            return self._grouped(depth)
        word = self.one("", "", "DISTINCT ")
        names = sorted(self._draw(st.sets(st.sampled_from(VARIABLES), min_size=1)))
        if form == "cut":
            keys = " ".join(self.one("{}", "ASC({})", "DESC({})").format(n) for n in names)
            cut = self.one("", "LIMIT 2", "OFFSET 1", "LIMIT 3 OFFSET 1", "LIMIT 0")
            return f"SELECT {word}{' '.join(names)} {self.group(depth)} ORDER BY {keys} {cut}"
        if inner or self.one(*range(3)):
            shown = " ".join(names)
            if self.dialect.computed and self.one(*range(4)) == 3:
                shown += f" ({self.expression()} AS {self.fresh('?e')})"
            return f"SELECT {word}{shown} {self.group(depth)}"
        return f"SELECT {word}* {self.group(depth)}"

    def aggregate(self) -> str:
        name, argument = self.one("COUNT", *self.dialect.aggregates), self.one(*VARIABLES)
        if name == "COUNT" and self.one(*range(3)) == 2:
            return "COUNT(*)"
        word = self.one("", "", "DISTINCT ")
        return f"{name}({word}{argument}){')' if '(' in name else ''}"

    def _grouped(self, depth: int) -> str:
        keys = sorted(self._draw(st.sets(st.sampled_from(VARIABLES), max_size=2)))
        by = list(keys)
        if self.dialect.named_keys and self.one(*range(5)) == 4:
            keys.append(self.fresh("?k"))
            by.append(f"({self.expression(1)} AS {keys[-1]})")
        counts = self.many(1, 2, lambda: f"({self.aggregate()} AS {self.fresh('?n')})")
        tail = f" GROUP BY {' '.join(by)}" if by else ""
        if self.dialect.having and self.one(*range(4)) == 3:
            tail += f" HAVING({self.aggregate()} {self.one('>', '=')} {self.one('1', '2')})"
        return f"SELECT {' '.join([*keys, *counts])} {self.group(depth)}{tail}"

    def dataset(self) -> str:
        if not self.dialect.datasets or self.one(*range(5)) < 4:
            return ""
        if not self.dialect.merged:
            return self.one("", "FROM :g ") + self.one("FROM NAMED :g", "FROM NAMED :h")
        clauses = (f"FROM {word}{name}" for word in ("", "NAMED ") for name in (*GRAPHS, ":none"))
        return " ".join(sorted(self._draw(st.sets(st.sampled_from(list(clauses)), min_size=1))))

    def query(self, depth: int = DEPTH) -> str:
        if self.dialect.paths_only:
            return f"{PREFIXES}SELECT DISTINCT * {{ {self._path_pattern(depth)} }}"
        kind = self.one("SELECT", "SELECT", "SELECT", "SELECT", "ASK", "CONSTRUCT")
        if kind == "ASK":
            return f"{PREFIXES}ASK {self.dataset()} {self.group(depth)}"
        if kind == "CONSTRUCT":
            template = f"{{ {' '.join(self.many(self._least, 2, lambda: self._triple('')))} }}"
            return f"{PREFIXES}CONSTRUCT {template} {self.dataset()} WHERE {self.group(depth)}"
        return PREFIXES + self.of_select(depth)

    def of_select(self, depth: int = DEPTH) -> str:
        text = self.select(depth)
        head, bracket, rest = text.partition(" {")
        return f"{head} {self.dataset()}{bracket}{rest}"


def queries(dialect: Dialect) -> st.SearchStrategy[str]:
    """Texts of queries."""
    return st.composite(lambda draw: Writer(draw, dialect).query())()


def selects(dialect: Dialect) -> st.SearchStrategy[str]:
    """Texts of SELECT queries."""
    return st.composite(lambda draw: PREFIXES + Writer(draw, dialect).of_select())()


def describes(dialect: Dialect) -> st.SearchStrategy[str]:
    """Texts of DESCRIBE queries."""

    def made(draw: Draw) -> str:
        writer = Writer(draw, dialect)
        targets = " ".join(writer.many(1, 2, lambda: writer.one(*dialect.iris, *VARIABLES)))
        return f"{PREFIXES}DESCRIBE {targets} {writer.dataset()} WHERE {writer.group(1)}"

    return st.composite(made)()


def datasets(dialect: Dialect) -> st.SearchStrategy[list[Quad]]:
    """Small datasets."""
    blank = ("_:m", "_:n") if dialect.blank_nodes else ()
    nodes = (*dialect.iris, *blank)
    line = st.tuples(
        st.sampled_from(("", "", *GRAPHS)),
        st.sampled_from(nodes),
        st.sampled_from((*PREDICATES, ":a")),
        st.sampled_from((*nodes, *nodes, *dialect.literals)),
    )
    joined = (
        [(g, *link) for g in ("", *GRAPHS) for link in _chain()] if dialect.joined_nodes else []
    )
    return st.lists(line, min_size=dialect.least, max_size=14).map(
        lambda lines: read([*joined, *lines])
    )


def _chain() -> list[tuple[str, str, str]]:
    return [(one, PREDICATES[0], other) for one, other in pairwise(IRIS)]


def read(lines: list[tuple[str, str, str, str]]) -> list[Quad]:
    """Quads of graph, subject, predicate and object as Turtle writes them."""
    text = "".join(f"{g} {{ {s} {p} {o} }}\n" for g, s, p, o in lines)
    prefixes = PREFIXES.replace(" PREFIX", "\nPREFIX")
    found = parse(prefixes + "\n" + text, RdfFormat.TRIG, rename_blank_nodes=False)
    return list(dict.fromkeys(found))
