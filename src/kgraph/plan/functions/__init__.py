"""The functions of SPARQL, on terms: SPARQL 1.1 Query section 17, with those of SPARQL 1.2.

They know no solutions and no graphs; forms that have their own rules for errors (BOUND, IF,
COALESCE, `||`, `&&`, IN, EXISTS) belong to whoever evaluates expressions.
"""
