"""Text of a query -> a frozen tree -> terms and conditions an engine can answer."""
