"""The size of the measured week, and the header with which a page tells its number of queries."""

ROWS, DAYS = 20, 7
QUERIES = "X-Bench-Queries"
