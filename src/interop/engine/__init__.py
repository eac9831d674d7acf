"""Engines: one plan, three executors. `columns` and `rust` for bulk; `rows` for one record, the oracle of both."""
