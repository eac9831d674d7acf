"""The mapping language: from a package's files to checked trees.

`package.load_package` is the door. Behind it, in this order: `files` and `layers` read a package and its bases;
`yaml_text` and `csv_table` give text with places; `overlay` merges; `card` and `source_layout` read mapping.yaml;
`values` and `expressions` are the grammar, `nodes`, `parts` and `rules` the shapes, `tree` what comes out; `pruning`
takes out what can never be present; `lint` and its kin check all of it against R4, the layout, and itself.
"""
