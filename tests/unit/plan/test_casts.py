"""Constructor functions: SPARQL 1.1 Query section 17.5, XPath functions section 19.1."""

import pytest
from tests.unit.plan.terms import ERROR, expected, result

CASES = [
    ("xsd:string", "01", '"1"'),
    ("xsd:string", "1.50", '"1.5"'),
    ("xsd:string", "1e5", '"100000"'),
    ("xsd:string", "1e6", '"1.0E6"'),
    ("xsd:string", '"1"^^xsd:boolean', '"true"'),
    ("xsd:string", ":a", '"http://example.com/a"'),
    ("xsd:string", '"x"^^:d', '"x"'),
    ("xsd:string", "_:a", ERROR),
    ("xsd:boolean", '"1"', "true"),
    ("xsd:boolean", '"T"', ERROR),
    ("xsd:boolean", "0.0", "false"),
    ("xsd:boolean", '"NaN"^^xsd:double', "false"),
    ("xsd:boolean", '"true"@en', ERROR),
    ("xsd:integer", '" 12 "', "12"),
    ("xsd:integer", '"1.5"', ERROR),
    ("xsd:integer", "-1.9", "-1"),
    ("xsd:integer", "1e20", "100000000000000000000"),
    ("xsd:integer", "true", "1"),
    ("xsd:integer", '"INF"^^xsd:double', ERROR),
    ("xsd:integer", '"1_000"', ERROR),
    ("xsd:byte", "127", '"127"^^xsd:byte'),
    ("xsd:byte", "128", ERROR),
    ("xsd:decimal", "1e-3", "0.001"),
    ("xsd:decimal", '"1e3"', ERROR),
    ("xsd:double", '"1"', '"1.0E0"^^xsd:double'),
    ("xsd:double", '"nan"', ERROR),
    ("xsd:float", "0.1", '"1.0E-1"^^xsd:float'),
    ("xsd:float", "1e300", '"INF"^^xsd:float'),
    ("xsd:dateTime", '"2020-01-01"^^xsd:date', '"2020-01-01T00:00:00"^^xsd:dateTime'),
    ("xsd:dateTime", '"2019-12-31T24:00:00Z"', '"2020-01-01T00:00:00Z"^^xsd:dateTime'),
    ("xsd:dateTime", '"2020-02-30T00:00:00Z"', ERROR),
    ("xsd:date", '"2020-01-01T10:00:00Z"^^xsd:dateTime', '"2020-01-01Z"^^xsd:date'),
    ("xsd:date", '"10:00:00"^^xsd:time', ERROR),
    ("xsd:time", '"2020-01-01T10:00:00.50Z"^^xsd:dateTime', '"10:00:00.5Z"^^xsd:time'),
    ("xsd:gYear", '"2020-01-01"^^xsd:date', '"2020"^^xsd:gYear'),
    ("xsd:gMonthDay", '"2020-02-29"^^xsd:date', '"--02-29"^^xsd:gMonthDay'),
    ("xsd:duration", '"P1Y13M"', '"P2Y1M"^^xsd:duration'),
    ("xsd:dayTimeDuration", '"PT36H"', '"P1DT12H"^^xsd:dayTimeDuration'),
    ("xsd:dayTimeDuration", '"P1Y"', ERROR),
    ("xsd:yearMonthDuration", '"P1Y1D"^^xsd:duration', '"P1Y"^^xsd:yearMonthDuration'),
]


@pytest.mark.parametrize(("name", "argument", "value"), CASES)
def test_a_cast_gives(name: str, argument: str, value: str) -> None:
    assert result(name, argument) == expected(value)
