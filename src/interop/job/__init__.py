"""Jobs: many files in, parts, quarantine and a report out; the only room that opens files for writing."""
