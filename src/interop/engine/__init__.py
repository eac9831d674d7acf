"""Engines: one plan, three executors. `columns` and `rust` for bulk, `rows` for one record and as the oracle of both."""
