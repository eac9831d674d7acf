"""What a good engineer would write for one format and one afternoon: a loop over rows, dicts, orjson."""
