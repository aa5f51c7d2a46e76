"""Queries: the four forms, sub-selects and solution modifiers (SPARQL 1.2, section 19.8)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyoxigraph import NamedNode

from kgraph.plan.algebra import Aggregate, Expression, Pattern, TriplePattern, Values, Variable
from kgraph.plan.operations import (
    AskQuery,
    ConstructQuery,
    DatasetClause,
    DescribeQuery,
    Query,
    SelectQuery,
)
from kgraph.sparql.parse.patterns import Patterns
from kgraph.sparql.parse.solutions import (
    Modifiers,
    Selected,
    extended,
    grouped,
    ordered,
    projected,
    sampled,
    sliced,
    variables_of,
)
from kgraph.sparql.parse.terms import IRIS
from kgraph.sparql.parse.translation import Group
from kgraph.sparql.parse.triples import STARTS


class Queries(Patterns):
    """Reads whole queries."""

    def query(self) -> Query:
        """The whole text as one query."""
        self.prologue()
        form = _FORMS.get(self.kind)
        if form is None:
            self.fail("SELECT, CONSTRUCT, DESCRIBE, ASK, PREFIX or BASE")
        self.advance()
        found = form(self)
        if self.kind != "end":
            self.fail("the end of the query")
        return found

    def _select(self) -> SelectQuery:
        collected: list[tuple[Variable, Aggregate]] = []
        duplicates, selected, at = self._select_clause(collected)
        dataset = self._dataset()
        group = self._where()
        pattern, variables = self._solutions(group, collected, duplicates, selected, at)
        return SelectQuery(pattern, variables, dataset)

    def subselect(self) -> tuple[Pattern, dict[Variable, None]]:
        """A SELECT inside a group: what it means, and the variables that it shows."""
        self.advance()
        collected: list[tuple[Variable, Aggregate]] = []
        duplicates, selected, at = self._select_clause(collected)
        group = self._where()
        pattern, variables = self._solutions(group, collected, duplicates, selected, at)
        return pattern, dict.fromkeys(variables)

    def _ask(self) -> AskQuery:
        dataset = self._dataset()
        pattern, _ = self._unprojected(self._where())
        return AskQuery(pattern, dataset)

    def _construct(self) -> ConstructQuery:
        if self.kind == "{":
            template = self.template()
            dataset = self._dataset()
            pattern, _ = self._unprojected(self._where())
            return ConstructQuery(template, pattern, dataset)
        dataset = self._dataset()
        self.expect("WHERE", "a template in braces, FROM or WHERE")
        template = self.template()
        group = Group()
        group.triples.extend(template)
        group.scope.update(dict.fromkeys(self.template_scope))
        group.end_bgp()
        pattern, _ = self._unprojected(group)
        return ConstructQuery(template, pattern, dataset)

    def _describe(self) -> DescribeQuery:
        targets: list[NamedNode | Variable] = []
        star = self.accept("*")
        if not star:
            targets.append(self._target())
            while self.kind == "variable" or self.kind in IRIS:
                targets.append(self._target())
        dataset = self._dataset()
        group = self._where() if self.kind in {"WHERE", "{"} else Group()
        pattern, visible = self._unprojected(group)
        if star:
            targets = [variable for variable in visible if variable.projectable]
        return DescribeQuery(tuple(dict.fromkeys(targets)), pattern, dataset)

    def _target(self) -> NamedNode | Variable:
        return self.variable() if self.kind == "variable" else self.variable_or_iri()

    # Clauses

    def _dataset(self) -> DatasetClause | None:
        return self.dataset_clause("FROM")

    def dataset_clause(self, word: str) -> DatasetClause | None:
        """FROM or USING, any number of times; None if there is none."""
        default: list[NamedNode] = []
        named: list[NamedNode] = []
        while self.accept(word):
            graphs = named if self.accept("NAMED") else default
            if self.kind not in IRIS:
                self.fail("the IRI of a graph")
            graphs.append(self.iri())
        return DatasetClause(tuple(default), tuple(named)) if default or named else None

    def _where(self) -> Group:
        self.accept("WHERE")
        return self.read_group()

    def template(self) -> tuple[TriplePattern, ...]:
        """A template in braces; its blank nodes are its own."""
        self.expect("{")
        found = self.template_triples()
        self.expect("}", "a triple or }")
        return found

    template_scope: dict[Variable, None]

    def template_triples(self) -> tuple[TriplePattern, ...]:
        """Triples without paths, up to what is none; `template_scope` has their variables."""
        self.paths, self.triples = False, []
        self.scope = self.template_scope = {}
        labels, self.labels = self.labels, self.template_labels
        separated = True
        while self.kind in STARTS:
            if not separated:
                self.fail(". or ; or , between triples")
            self.same_subject()
            separated = self.accept(".")
        self.labels = labels
        return tuple(triple for triple in self.triples if isinstance(triple, TriplePattern))

    @contextmanager
    def _collecting(self, into: list[tuple[Variable, Aggregate]]) -> Iterator[None]:
        self.aggregates = into
        yield
        self.aggregates = None

    def _select_clause(
        self, collected: list[tuple[Variable, Aggregate]]
    ) -> tuple[str, tuple[Selected, ...], int]:
        """DISTINCT or REDUCED, the items (none for `*`), and the token where they begin."""
        duplicates = self.kind if self.kind in {"DISTINCT", "REDUCED"} else ""
        if duplicates:
            self.advance()
        at = self.at
        if self.accept("*"):
            return duplicates, (), at
        items: list[Selected] = []
        with self._collecting(collected):
            while self.kind in {"variable", "("}:
                items.append(self._item())
        if not items:
            self.fail("a variable, ( or *")
        return duplicates, tuple(items), at

    def _item(self) -> Selected:
        at = self.at
        if not self.accept("("):
            return Selected(self.variable(), None, at)
        expression = self.expression()
        self.expect("AS", "an operator or AS")
        variable = self.variable()
        self.expect(")")
        return Selected(variable, expression, at)

    # Solution modifiers

    def modifiers(self, collected: list[tuple[Variable, Aggregate]]) -> Modifiers:
        """GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET."""
        keys = self._keys() if self.kind == "GROUP" else None
        having: list[Expression] = []
        order: list[tuple[Expression, bool]] = []
        with self._collecting(collected):
            if self.accept("HAVING"):
                having.append(self.constraint())
                while self.kind not in _AFTER_HAVING:
                    having.append(self.constraint())
            if self.accept("ORDER"):
                self.expect("BY")
                order.append(self._order_condition())
                while self.kind not in _AFTER_ORDER:
                    order.append(self._order_condition())
        bounds: dict[str, int] = {}
        while self.kind in {"LIMIT", "OFFSET"} and self.kind not in bounds:
            word = self.kind
            self.advance()
            if not self.text.isdecimal():
                self.fail("a number without a sign")
            bounds[word] = int(self.take("integer", "a whole number"))
        offset, limit = bounds.get("OFFSET", 0), bounds.get("LIMIT")
        return Modifiers(keys, tuple(having), tuple(order), offset, limit)

    def _keys(self) -> tuple[tuple[Variable, Expression], ...]:
        self.advance()
        self.expect("BY")
        keys = [self._key()]
        while self.kind not in _AFTER_GROUP:
            keys.append(self._key())
        return tuple(keys)

    def _key(self) -> tuple[Variable, Expression]:
        if self.kind == "variable":
            variable = self.variable()
            return variable, variable
        if not self.accept("("):
            return self.fresh(".key"), self.constraint()
        expression = self.expression()
        key = self.variable() if self.accept("AS") else self.fresh(".key")
        self.expect(")", "an operator, AS or )")
        return key, expression

    def _order_condition(self) -> tuple[Expression, bool]:
        if self.kind in {"ASC", "DESC"}:
            ascending = self.kind == "ASC"
            self.advance()
            return self.bracketed(), ascending
        if self.kind == "variable":
            return self.variable(), True
        return self.constraint(), True

    def _values(self) -> Values | None:
        return self.data_block() if self.accept("VALUES") else None

    # Translation of what stands around the group

    def _unprojected(self, group: Group) -> tuple[Pattern, dict[Variable, None]]:
        """The solutions of a query that shows none: the pattern and what is in scope after it."""
        collected: list[tuple[Variable, Aggregate]] = []
        modifiers = self.modifiers(collected)
        values = self._values()
        visible = _visible(group, modifiers, collected, values)
        modifiers = self._sampled(modifiers, group, visible, collected)
        pattern = grouped(group.finished(), modifiers, collected, values)
        return sliced(ordered(pattern, modifiers), modifiers), visible

    def _solutions(
        self,
        group: Group,
        collected: list[tuple[Variable, Aggregate]],
        duplicates: str,
        selected: tuple[Selected, ...],
        at: int,
    ) -> tuple[Pattern, tuple[Variable, ...]]:
        modifiers = self.modifiers(collected)
        values = self._values()
        is_grouped = modifiers.keys is not None or bool(collected)
        visible = _visible(group, modifiers, collected, values)
        if selected:
            self._check_scope(selected, visible, is_grouped)
            variables = tuple(dict.fromkeys(item.variable for item in selected))
        else:
            if is_grouped:
                cure = "Name the variables of GROUP BY and the aggregates"
                self.refuse("SELECT * cannot show groups", at=at, cure=cure)
            variables = tuple(variable for variable in visible if variable.projectable)
        modifiers = self._sampled(modifiers, group, visible, collected)
        pattern = extended(grouped(group.finished(), modifiers, collected, values), selected)
        pattern = projected(ordered(pattern, modifiers), variables, duplicates)
        return sliced(pattern, modifiers), variables

    def _check_scope(
        self, selected: tuple[Selected, ...], visible: dict[Variable, None], is_grouped: bool
    ) -> None:
        known = dict(visible)
        for item in selected:
            name = item.variable.name
            if item.expression is None:
                if is_grouped and item.variable not in known:
                    self._ungrouped(name, item.at)
                continue
            if item.variable in known:
                what = f"SELECT cannot set ?{name}, which is in use already"
                self.refuse(what, at=item.at, cure="Use another name after AS")
            if is_grouped:
                for variable in variables_of(item.expression):
                    if variable not in known:
                        self._ungrouped(variable.name, item.at)
            known[item.variable] = None

    def _ungrouped(self, name: str, at: int) -> None:
        cure = f"Add ?{name} to GROUP BY, or take one value with SAMPLE(?{name})"
        self.refuse(f"?{name} is not one value per group", at=at, cure=cure)

    def _sampled(
        self,
        modifiers: Modifiers,
        group: Group,
        visible: dict[Variable, None],
        collected: list[tuple[Variable, Aggregate]],
    ) -> Modifiers:
        """HAVING and ORDER BY with a sample of each variable that grouping hides (18.2.4.1)."""
        if modifiers.keys is None and not collected:
            return modifiers

        def sample(variable: Variable) -> Variable:
            hidden = variable in group.scope and variable not in visible
            return self.collect(Aggregate("SAMPLE", variable)) if hidden else variable

        with self._collecting(collected):
            having = tuple(sampled(condition, sample) for condition in modifiers.having)
            order = tuple((sampled(key, sample), up) for key, up in modifiers.order)
        return Modifiers(modifiers.keys, having, order, modifiers.offset, modifiers.limit)


def _visible(
    group: Group,
    modifiers: Modifiers,
    collected: list[tuple[Variable, Aggregate]],
    values: Values | None,
) -> dict[Variable, None]:
    """What is in scope after grouping and VALUES."""
    if modifiers.keys is None and not collected:
        visible = dict(group.scope)
    else:
        visible = dict.fromkeys(key for key, _ in modifiers.keys or ())
    if values is not None:
        visible.update(dict.fromkeys(values.variables))
    return visible


_AFTER_ORDER = frozenset({"LIMIT", "OFFSET", "VALUES", "}", "end"})
_AFTER_HAVING = _AFTER_ORDER | {"ORDER"}
_AFTER_GROUP = _AFTER_HAVING | {"HAVING"}
_FORMS: dict[str, Callable[[Queries], Query]] = {
    "SELECT": Queries._select,
    "CONSTRUCT": Queries._construct,
    "DESCRIBE": Queries._describe,
    "ASK": Queries._ask,
}
