"""Random updates as SPARQL text."""

from hypothesis import strategies as st
from tests.differential.texts import GRAPHS, IRIS, PREDICATES, PREFIXES, Dialect, Draw, Writer


class UpdateWriter(Writer):
    """Draws the operations of one request."""

    def request(self) -> str:
        return PREFIXES + " ; ".join(self.many(1, 2, self.operation))

    def operation(self) -> str:
        kinds = (
            self._insert_data, self._insert_data, self._insert_data, self._delete_data,
            self._modify, self._modify, self._modify, self._delete_where, self._management,
        )  # fmt: skip
        return self.one(*kinds)()

    def _datum(self, *, blank: bool) -> str:
        label = self.fresh("_:d") if blank and self.dialect.blank_nodes else ":a"
        subject = self.one(*IRIS, label)
        fact = f"{subject} {self.one(*PREDICATES)} {self.one(self.constant(), *IRIS, label)} ."
        return self._placed(fact, GRAPHS)

    def _placed(self, fact: str, names: tuple[str, ...]) -> str:
        name = self.one("", "", *names)
        return f"GRAPH {name} {{ {fact} }}" if name else fact

    def _insert_data(self) -> str:
        return f"INSERT DATA {{ {' '.join(self.many(1, 4, lambda: self._datum(blank=True)))} }}"

    def _delete_data(self) -> str:
        return f"DELETE DATA {{ {' '.join(self.many(1, 3, lambda: self._datum(blank=False)))} }}"

    def _template(self, label: str) -> str:
        def fact() -> str:
            subject, end = self.node(label), self.object(label or ":a")
            return self._placed(f"{subject} {self.verb()} {end} .", (*GRAPHS, "?g", "?x"))

        return " ".join(self.many(0, 2, fact))

    def _modify(self) -> str:
        delete, insert = f"DELETE {{ {self._template('')} }}", ""
        if self.one(*range(4)):
            insert = f"INSERT {{ {self._template(self.fresh('_:i'))} }}"
            delete = self.one(delete, "")
        home = self.one("", "", "", "WITH :g", "WITH :none")
        using = ""
        if self.dialect.datasets and not home and self.one(*range(5)) == 4:
            using = self.one("USING :g", "USING NAMED :h", "USING :none", "USING :g USING :h")
            using = using if self.dialect.merged else "USING :g"
        return f"{home} {delete} {insert} {using} WHERE {self.group(1)}"

    def _delete_where(self) -> str:
        fact = f"{self.node()} {self.one(*PREDICATES, '?y')} {self.node()} ."
        return f"DELETE WHERE {{ {self._placed(fact, (*GRAPHS, '?g'))} }}"

    def _management(self) -> str:
        silent = self.one("", "SILENT ") if self.dialect.failing else "SILENT "
        graph, other = self.one(*GRAPHS, ":k"), self.one(*GRAPHS, ":k")
        replacing = ("MOVE", "COPY") if self.dialect.failing else ()
        verb = self.one("CLEAR", "DROP", "CREATE", "ADD", *replacing)
        if verb == "CREATE":
            return f"CREATE {silent}GRAPH {graph}"
        if verb in ("CLEAR", "DROP"):
            return f"{verb} {silent}{self.one(f'GRAPH {graph}', 'DEFAULT', 'NAMED', 'ALL')}"
        ends = self.one((graph, other), ("DEFAULT", other), (graph, "DEFAULT"))
        return f"{verb} {silent}{ends[0]} TO {ends[1]}"


def requests(dialect: Dialect) -> st.SearchStrategy[str]:
    """Texts of update requests."""

    def made(draw: Draw) -> str:
        return UpdateWriter(draw, dialect).request()

    return st.composite(made)()
