"""Every constraint in shapes/ with what it lets pass and what it catches."""
