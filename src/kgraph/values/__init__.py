"""What literals stand for: the values of XML Schema datatypes (XSD 1.1 part 2)."""
