"""The built-in functions and how many arguments each takes (SPARQL 1.2, rule BuiltInCall)."""

_BY_ARITY = {
    (0, 0): "RAND NOW UUID STRUUID",
    (0, 1): "BNODE",
    (1, 1): """STR LANG LANGDIR DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE
        ENCODE_FOR_URI YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384
        SHA512 ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC HASLANG HASLANGDIR ISTRIPLE SUBJECT
        PREDICATE OBJECT""",
    (2, 2): """LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT
        SAMETERM""",
    (2, 3): "REGEX SUBSTR",
    (3, 3): "IF STRLANGDIR TRIPLE",
    (3, 4): "REPLACE",
    (0, None): "CONCAT COALESCE",
}

ARITY = {name: arity for arity, names in _BY_ARITY.items() for name in names.split()}
"""Fewest and most arguments by upper-case name; None is any number."""

SYNONYMS = {"URI": "IRI", "ISURI": "ISIRI"}

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})

VOLATILE = frozenset({"RAND", "UUID", "STRUUID", "BNODE"})
"""What gives another value each time: two such calls are never one."""
