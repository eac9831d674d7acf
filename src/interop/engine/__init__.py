"""Engines: one plan, two executors. `columns` for bulk, `rows` for one record and as the oracle of the other."""
