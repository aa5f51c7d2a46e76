"""Validation by sets: one statement for each constraint over all focus nodes of a shape at once.

The statements give the violating pairs of focus and value node. What other shapes decide is a
table of the nodes that do not conform to them (section 3.4.3). Equal to `engine.points` by test.
"""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from kgraph.identifiers import SHIFT, Tag
from kgraph.plan.algebra import Link
from kgraph.plan.operations import SelectQuery
from kgraph.plan.sets.run import compile as compiled
from kgraph.plan.sets.run import run
from kgraph.progress import SILENT, Progress
from kgraph.shacl.engine.findings import Finding
from kgraph.shacl.engine.points import Points
from kgraph.shacl.engine.setwise import NotSetwise, asked_of_all, compares, focus_pattern
from kgraph.shacl.engine.tables import Nodes, Pairs, Tables
from kgraph.shacl.engine.terms import in_order, test_of
from kgraph.shacl.engine.verdicts import Verdict, verdict
from kgraph.shacl.model import (
    CheckedConstraint,
    ClassOf,
    Closed,
    ComponentConstraint,
    Constraint,
    Count,
    Datatype,
    Disjoint,
    Equals,
    HasValue,
    LanguageIn,
    Length,
    LessThan,
    Logical,
    Node,
    NodeKind,
    OneOf,
    Pattern,
    Property,
    PropertyPath,
    Qualified,
    Shape,
    SparqlConstraint,
    Target,
    UniqueLanguage,
    ValueRange,
)
from kgraph.shacl.report import ResultPath
from kgraph.sparql.decoding import terms_of
from kgraph.terms import Term

FEW = 300
"""Focus nodes up to which points are quicker than statements."""
SAMPLE, PATIENCE = 64, 5.0
"""Focus nodes that are asked about first, and seconds that points may take for all of them, where
a query compares variables: the engine may join by that, which is quadratic (8.5 s against 0.2)."""
_BATCH = 20_000
_NONE = "NULL::BIGINT"
Found = tuple[int, Finding]


class Sets:
    """One validation of a snapshot."""

    def __init__(self, points: Points, few: int = FEW) -> None:
        """`points` does what is for few nodes, or what no statement can say."""
        self.points, self.few = points, few
        self.shapes, self.context = points.shapes, points.context
        self.tables = Tables(points.context)

    def findings(self, progress: Progress = SILENT) -> Iterator[Finding]:
        """What all shapes with targets have to say."""
        targeting = self.shapes.targeting
        for done, shape in enumerate(targeting):
            progress("shapes", done, len(targeting))
            yield from self.of_shape(shape)
        progress("shapes", len(targeting), len(targeting))

    def close(self) -> None:
        """Drop what was made."""
        self.tables.close()

    def of_shape(self, shape: Shape) -> Iterator[Finding]:
        """What one shape has to say about all that it targets."""
        named = [target for target in shape.targets if target.kind == "Node"]
        single = dict.fromkeys(self.points.id_for(target.term) for target in named)
        for node in single:
            yield from self.points.findings(shape, node)
        nodes = self._focus_nodes(shape, single)
        if nodes.count > self.few:
            yield from (finding for _, finding in self.of_nodes(shape, nodes))
            return
        for (node,) in self.tables.rows(f"SELECT n FROM {nodes.name}") if nodes.count else ():
            yield from self.points.findings(shape, node)

    def _focus_nodes(self, shape: Shape, without: dict[int, None]) -> Nodes:
        parts = [self._targeted(target) for target in shape.targets if target.kind != "Node"]
        if not parts:
            return Nodes("", 0)
        if len(parts) == 1 and not without:
            return self.tables.nodes(parts[0])
        both = " UNION ".join(f"SELECT n FROM ({part}) AS t" for part in parts)
        listed = ", ".join(map(str, without))
        where = f" WHERE n NOT IN ({listed})" if without else ""
        return self.tables.nodes(f"SELECT n FROM ({both}) AS q{where}")

    def _targeted(self, target: Target) -> str:
        number, source = self.points.id_for(target.term), self.tables.relation()
        if target.kind == "Class":
            classes = self.points.subclasses(number)
            return f"SELECT {'DISTINCT ' if len(classes) > 1 else ''}{self._members(classes)}"
        column = "s" if target.kind == "SubjectsOf" else "o"
        return f"SELECT DISTINCT {column} AS n FROM {source} AS t WHERE p = {number}"

    def _members(self, classes: frozenset[int]) -> str:
        listed = ", ".join(map(str, sorted(classes)))
        condition = f"p = {self.points.type} AND o IN ({listed})"
        return f"s AS n FROM {self.tables.relation()} AS t WHERE {condition}"

    # -- shapes

    def of_nodes(self, shape: Shape, nodes: Nodes) -> Iterator[Found]:
        """What a shape has to say about all these nodes, each with the node that it is about."""
        if shape.deactivated or not nodes.count:
            return
        pairs = self.tables.pairs(nodes, shape.path)
        for constraint in shape.constraints:
            yield from self._of_constraint(shape, constraint, pairs)

    def _of_constraint(self, shape: Shape, constraint: Constraint, pairs: Pairs) -> Iterator[Found]:
        if isinstance(constraint, Property):
            yield from self._of_property(constraint, pairs)
        elif isinstance(constraint, SparqlConstraint):
            yield from ((one.focus, one) for one in self._asked(shape, constraint, pairs.nodes))
        elif isinstance(constraint, ComponentConstraint | CheckedConstraint):
            found = self._by_points(shape, constraint, pairs.nodes)
            yield from ((one.focus, one) for one in found)
        elif sql := self._violations(constraint, pairs):
            for focus, value, *more in self.tables.rows(sql):
                path = self._predicate(more[0]) if more else None
                yield focus, Finding(shape, constraint, focus, value, path)

    def _of_property(self, constraint: Property, pairs: Pairs) -> Iterator[Found]:
        """The results of a property shape, once for each focus node that has the value node."""
        found = list(self.of_nodes(self.shapes[constraint.shape], self.tables.values(pairs)))
        if pairs.itself or not found:
            yield from found
            return
        about: dict[int, list[Finding]] = {}
        for value, finding in found:
            about.setdefault(value, []).append(finding)
        values = self.tables.given(about)
        sql = f"SELECT f, v FROM {pairs.name} AS x SEMI JOIN {values} AS q ON x.v = q.n"
        for focus, value in self.tables.rows(sql):
            yield from ((focus, finding) for finding in about[value])

    def _predicate(self, number: int) -> ResultPath:
        return ResultPath("iri", self.points.term_of(number).value)  # type: ignore[union-attr]

    def _violations(self, constraint: Constraint, pairs: Pairs) -> str | None:
        """A SELECT of focus and value nodes that violate; None if there are none."""
        found: str | None = _STATEMENTS[type(constraint)](self, constraint, pairs)
        return found

    def failing(self, node: Node, nodes: Nodes) -> str:
        """A table of those of the nodes that do not conform to a shape: column `n`."""
        shape = self.shapes[node]
        parts: list[str] = []
        if not shape.deactivated and nodes.count:
            pairs = self.tables.pairs(nodes, shape.path)
            parts = [p for c in shape.constraints if (p := self._failing_at(shape, c, pairs))]
        if not parts:
            return self.tables.table(f"SELECT {_NONE} AS n WHERE false")
        both = " UNION ALL ".join(parts)
        return self.tables.table(f"SELECT DISTINCT f AS n FROM ({both}) AS failing")

    def _failing_at(self, shape: Shape, constraint: Constraint, pairs: Pairs) -> str | None:
        if isinstance(constraint, Property):
            inner = self.failing(constraint.shape, self.tables.values(pairs))
            return f"SELECT f FROM {pairs.name} AS x SEMI JOIN {inner} AS q ON x.v = q.n"
        if isinstance(constraint, SparqlConstraint | ComponentConstraint | CheckedConstraint):
            found = self._by_points(shape, constraint, pairs.nodes)
            failing = self.tables.given(dict.fromkeys(one.focus for one in found))
            return f"SELECT n AS f FROM {failing}"
        sql = self._violations(constraint, pairs)
        return f"SELECT f FROM ({sql}) AS y" if sql else None

    # -- SPARQL

    def _by_points(self, shape: Shape, constraint: Constraint, nodes: Nodes) -> Iterator[Finding]:
        for (node,) in self.tables.rows(f"SELECT n FROM {nodes.name}"):
            values = self.points.values(shape.path, node)
            yield from self.points.of_constraint(shape, constraint, node, values)

    def _asked(self, shape: Shape, constraint: SparqlConstraint, nodes: Nodes) -> Iterator[Finding]:
        """The results of sh:sparql: one query where that is the same, else one for each node."""
        try:
            pattern = self._for_all(shape, constraint, nodes)
        except NotSetwise:
            yield from self._by_points(shape, constraint, nodes)
            return
        if self.few and compares(pattern) and self._soon_done(shape, constraint, nodes):
            yield from self._by_points(shape, constraint, nodes)
            return
        assert isinstance(constraint.query, SelectQuery)
        found = run(compiled(pattern, self.context), self.context)
        self.tables.statements += 1
        seen = set()
        for row in found:
            if row not in seen:
                seen.add(row)
                named = zip(found.variables, row, strict=True)
                solution = {name: one for name, one in named if one is not None}
                focus = solution["this"]
                yield self.points.queries.finding(shape, constraint, focus, solution, focus)

    def _soon_done(self, shape: Shape, constraint: SparqlConstraint, nodes: Nodes) -> bool:
        """Whether points would not take long for all nodes, by how long they take for some."""
        some = self.tables.rows(f"SELECT n FROM {nodes.name} LIMIT {SAMPLE}")
        start = perf_counter()
        for (node,) in some:
            for _ in self.points.of_constraint(shape, constraint, node, ()):
                break
        return (perf_counter() - start) * nodes.count <= PATIENCE * len(some)

    def _for_all(self, shape: Shape, constraint: SparqlConstraint, nodes: Nodes) -> Any:
        named = any(target.kind == "Node" for target in shape.targets)
        if named or constraint.uses_shapes or nodes != self._focus_nodes(shape, {}):
            raise NotSetwise("not for the nodes of targets that are patterns")
        focus = focus_pattern([(target, self._classes(target)) for target in shape.targets])
        return asked_of_all(constraint.query.pattern, focus)

    def _classes(self, target: Target) -> list[Term]:
        if target.kind != "Class":
            return []
        numbers = sorted(self.points.subclasses(self.points.id_for(target.term)))
        return [self.points.term_of(number) for number in numbers]

    # -- constraints on single value nodes

    def of_values(self, constraint: Any, pairs: Pairs) -> str | None:
        """The value nodes that a constraint on single terms does not hold of."""
        by_verdict: dict[Verdict, list[int]] = {}
        for tag in self.tables.tags(pairs):
            by_verdict.setdefault(verdict(constraint, tag), []).append(tag)
        parts = []
        for found, tags in by_verdict.items():
            listed = ", ".join(map(str, tags))
            within = f"SELECT f, v FROM {pairs.name} AS x WHERE v >> {SHIFT} IN ({listed})"
            if found.value is not None:
                if found.value != "true":
                    parts.append(f"{within} AND NOT ({found.value})")
                continue
            bad = self._unfit(constraint, found, pairs, listed)
            parts.append(f"SELECT f, v FROM {pairs.name} AS x SEMI JOIN {bad} AS q ON x.v = q.n")
        return " UNION ALL ".join(parts) if parts else None

    def _unfit(self, constraint: Any, found: Verdict, pairs: Pairs, tags: str) -> str:
        """The distinct terms with these tags that a constraint does not hold of."""
        within = f"SELECT v FROM {pairs.name} AS x WHERE v >> {SHIFT} IN ({tags})"
        if found.term is not None:
            return (
                f"(SELECT t.id AS n FROM term AS t SEMI JOIN ({within}) AS y ON t.id = y.v "
                f"WHERE NOT coalesce({found.term}, false))"
            )
        test, bad = test_of(constraint), []
        ids = [one for (one,) in self.tables.rows(f"SELECT DISTINCT v FROM ({within}) AS y")]
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            terms = terms_of(self.context, batch)
            bad += [one for one, term in zip(batch, terms, strict=True) if not test(term)]
        return self.tables.given(bad)

    def one_of(self, constraint: OneOf, pairs: Pairs) -> str:
        """sh:in: other terms than those listed."""
        listed = ", ".join(str(self.points.id_for(term)) for term in constraint.terms)
        where = f" WHERE v NOT IN ({listed})" if listed else ""
        return f"SELECT f, v FROM {pairs.name} AS x{where}"

    def class_of(self, constraint: ClassOf, pairs: Pairs) -> str:
        """sh:class: value nodes that are no instances."""
        members = self._members(self.points.subclasses(self.points.id_for(constraint.of)))
        return f"SELECT f, v FROM {pairs.name} AS x ANTI JOIN (SELECT {members}) AS q ON x.v = q.n"

    # -- constraints on all value nodes of a focus node

    def count(self, constraint: Count, pairs: Pairs) -> str | None:
        """sh:minCount and sh:maxCount."""
        number, nodes = constraint.number, pairs.nodes.name
        if constraint.at_most:
            return (
                (
                    f"SELECT f, {_NONE} AS v FROM {pairs.name} AS x GROUP BY f "
                    f"HAVING count(*) > {number}"
                )
                if number
                else f"SELECT DISTINCT f, {_NONE} AS v FROM {pairs.name} AS x"
            )
        if number <= 0:
            return None
        enough = f"SELECT f FROM {pairs.name} AS x"
        if number > 1:
            enough += f" GROUP BY f HAVING count(*) >= {number}"
        return f"SELECT n AS f, {_NONE} AS v FROM {nodes} AS q ANTI JOIN ({enough}) AS y ON n = y.f"

    def has_value(self, constraint: HasValue, pairs: Pairs) -> str:
        """sh:hasValue."""
        number = self.points.id_for(constraint.term)
        having = f"SELECT f FROM {pairs.name} AS x WHERE v = {number}"
        return (
            f"SELECT n AS f, {_NONE} AS v FROM {pairs.nodes.name} AS q "
            f"ANTI JOIN ({having}) AS y ON n = y.f"
        )

    def unique_language(self, constraint: UniqueLanguage, pairs: Pairs) -> str | None:
        """sh:uniqueLang: one result for each language that occurs twice."""
        if int(Tag.LANGUAGE_STRING) not in self.tables.tags(pairs):
            return None
        return (
            f"SELECT f, {_NONE} AS v FROM {pairs.name} AS x, term AS t WHERE t.id = x.v "
            f"AND x.v >> {SHIFT} = {int(Tag.LANGUAGE_STRING)} "
            "GROUP BY f, lower(split_part(t.language, '--', 1)) HAVING count(*) > 1"
        )

    def _others(self, predicate: Any, pairs: Pairs) -> str:
        """f and v of another property of the same focus nodes."""
        path = PropertyPath(ResultPath("iri", predicate.value), Link(predicate))
        return self.tables.pairs(pairs.nodes, path).name

    def equals(self, constraint: Equals, pairs: Pairs) -> str:
        """sh:equals: what only one of both has."""
        other = self._others(constraint.predicate, pairs)
        same = "ON x.f = y.f AND x.v = y.v"
        return (
            f"SELECT f, v FROM {pairs.name} AS x ANTI JOIN {other} AS y {same} UNION ALL "
            f"SELECT f, v FROM {other} AS x ANTI JOIN {pairs.name} AS y {same}"
        )

    def disjoint(self, constraint: Disjoint, pairs: Pairs) -> str:
        """sh:disjoint: what both have."""
        other = self._others(constraint.predicate, pairs)
        return (
            f"SELECT f, v FROM {pairs.name} AS x SEMI JOIN {other} AS y ON x.f = y.f AND x.v = y.v"
        )

    def less_than(self, constraint: LessThan, pairs: Pairs) -> str:
        """sh:lessThan: pairs of values that are not in order."""
        other = self._others(constraint.predicate, pairs)
        operator = "<=" if constraint.or_equals else "<"
        both = f"SELECT x.f, x.v, y.v AS w FROM {pairs.name} AS x, {other} AS y WHERE x.f = y.f"
        tags = f"{int(Tag.INTEGER)}, {int(Tag.DATE)}"
        ordered = f"v >> {SHIFT} = w >> {SHIFT} AND v >> {SHIFT} IN ({tags})"
        rest = self.tables.rows(f"SELECT DISTINCT v, w FROM ({both}) AS z WHERE NOT ({ordered})")
        bad = []
        for start in range(0, len(rest), _BATCH):
            batch = rest[start : start + _BATCH]
            terms = terms_of(self.context, [one for row in batch for one in row])
            sides = zip(batch, terms[::2], terms[1::2], strict=True)
            bad += [row for row, one, two in sides if not in_order(one, operator, two)]
        found = f"SELECT f, v FROM ({both}) AS z WHERE {ordered} AND NOT v {operator} w"
        if bad:
            table = self.tables.given_pairs([(v, w) for v, w in bad])
            found += (
                f" UNION ALL SELECT f, v FROM ({both}) AS z SEMI JOIN {table} AS b "
                "ON z.v = b.v AND z.w = b.w"
            )
        return found

    def closed(self, constraint: Closed, pairs: Pairs) -> str:
        """sh:closed: triples with other predicates than those allowed."""
        listed = ", ".join(str(self.points.id_for(p)) for p in sorted(constraint.allowed, key=str))
        where = f" AND t.p NOT IN ({listed})" if listed else ""
        source = self.tables.relation("spo")
        return f"SELECT x.f, t.o, t.p FROM {pairs.name} AS x, {source} AS t WHERE t.s = x.v{where}"

    # -- constraints by other shapes

    def logical(self, constraint: Logical, pairs: Pairs) -> str | None:
        """sh:node, sh:not, sh:and, sh:or, sh:xone."""
        values = self.tables.values(pairs)
        failing = [self.failing(member, values) for member in constraint.members]
        start = f"SELECT f, v FROM {pairs.name} AS x"
        if constraint.operator == "not":
            return f"{start} ANTI JOIN {failing[0]} AS q ON x.v = q.n"
        if not failing:
            return None if constraint.operator == "and" else start
        both = " UNION ALL ".join(f"SELECT n FROM {one}" for one in failing)
        if constraint.operator in ("node", "and"):
            return f"{start} SEMI JOIN ({both}) AS q ON x.v = q.n"
        if constraint.operator == "or":
            return start + "".join(
                f" SEMI JOIN {one} AS q{i} ON x.v = q{i}.n" for i, one in enumerate(failing)
            )
        times = f"SELECT n, count(*) AS times FROM ({both}) AS k GROUP BY n"
        return (
            f"{start} LEFT JOIN ({times}) AS q ON x.v = q.n "
            f"WHERE coalesce(q.times, 0) <> {len(failing) - 1}"
        )

    def qualified(self, constraint: Qualified, pairs: Pairs) -> str | None:
        """sh:qualifiedValueShape with a least or greatest count."""
        values = self.tables.values(pairs)
        counted = f"SELECT n FROM {values.name} AS k ANTI JOIN "
        counted += f"{self.failing(constraint.shape, values)} AS q USING (n)"
        for number, sibling in enumerate(constraint.siblings):
            failing = self.failing(sibling, values)
            counted = f"SELECT n FROM ({counted}) AS k{number} SEMI JOIN {failing} AS q USING (n)"
        kept = f"SELECT f, v FROM {pairs.name} AS x SEMI JOIN ({counted}) AS c ON x.v = c.n"
        one = Count(constraint.number, constraint.at_most)
        return self.count(one, Pairs(f"({kept})", pairs.nodes, False))


_STATEMENTS: dict[type[Any], Callable[[Sets, Any, Pairs], str | None]] = {
    **dict.fromkeys((Datatype, NodeKind, ValueRange, Length, Pattern, LanguageIn), Sets.of_values),
    OneOf: Sets.one_of,
    ClassOf: Sets.class_of,
    Count: Sets.count,
    UniqueLanguage: Sets.unique_language,
    HasValue: Sets.has_value,
    Equals: Sets.equals,
    Disjoint: Sets.disjoint,
    LessThan: Sets.less_than,
    Closed: Sets.closed,
    Logical: Sets.logical,
    Qualified: Sets.qualified,
}
