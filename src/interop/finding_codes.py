"""The table of finding codes. Append-only: a code keeps its meaning for good.

Families: Y text of a package, M mapping, C concept maps (at load and at run), R reading, V values, D identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """FHIR's issue severities. `error` costs the record; `warning` costs the value; `information` costs nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Code:
    """A row of the table: what is wrong, what it costs, and what to do about it in general."""

    severity: Severity
    title: str
    fix: str
    issue: str = "invalid"  # FHIR issue-type, for OperationOutcome


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION

CODES: dict[str, Code] = {
    # -- Y: the text of a package (at load) --------------------------------------------------------------------------
    "Y101": Code(_E, "not well-formed YAML", "mend the syntax at this place", "structure"),
    "Y102": Code(_E, "key given twice", "keep one of the two", "structure"),
    "Y103": Code(_E, "anchors, aliases, tags and several documents are not part of the language", "write the text out", "structure"),
    "Y104": Code(_E, "nested too deeply", "use a part", "too-costly"),
    "Y105": Code(_E, "file is not UTF-8", "save it as UTF-8", "structure"),
    "Y106": Code(_E, "file is missing", "add the file, or remove what names it", "not-found"),
    "Y107": Code(_E, "not a table of the expected columns", "give the CSV file the header that docs/language.md names", "structure"),
    "Y108": Code(_E, "file is too large", "split it: a rule or a part a file", "too-costly"),
    # -- M: the mapping (at load). M3xx do not refuse it -------------------------------------------------------------
    "M101": Code(_E, "key is missing in mapping.yaml", "add it: docs/language.md, mapping.yaml", "required"),
    "M102": Code(_E, "unknown key in mapping.yaml", "use a key of docs/language.md, mapping.yaml", "structure"),
    "M103": Code(_E, "value does not fit its key in mapping.yaml", "write one of the values that docs/language.md names", "value"),
    "M104": Code(_E, "unknown source format", "use a format that this version reads", "not-supported"),
    "M105": Code(_E, "unknown charset", "name a charset that holds ASCII: utf-8, cp1252, latin-1, windows-874, shift_jis", "value"),
    "M106": Code(_E, "unknown zone", "name a zone of the IANA database: Europe/London", "value"),
    "M107": Code(_E, "table, group or context is not well-formed", "see docs/language.md, Tables of a delimited source", "structure"),
    "M108": Code(_E, "column is not in the table's layout", "add it to source/<table>.csv, or mend the name", "not-found"),
    "M109": Code(_E, "base package cannot be used", "name the id of an installed package in `extends`", "not-found"),
    "M110": Code(_E, "value is not in the grammar", "see docs/language.md, Values", "structure"),
    "M111": Code(_E, "expression is not in the grammar", "see docs/language.md, Expressions", "structure"),
    "M112": Code(_E, "unknown directive", "see docs/language.md, Directives", "structure"),
    "M113": Code(_E, "directive cannot stand here, or has the wrong shape", "see docs/language.md, Directives", "structure"),
    "M114": Code(_E, "unknown step", "use a step of docs/language.md, Steps", "not-found"),
    "M115": Code(_E, "step's arguments are wrong", "see docs/language.md, Steps", "value"),
    "M116": Code(_E, "unknown concept map", "add codes/<name>.csv, or mend the name", "not-found"),
    "M117": Code(_E, "unknown part", "add parts/<name>.yaml, or mend the name", "not-found"),
    "M118": Code(_E, "part uses itself", "write the inner shape out", "structure"),
    "M119": Code(_E, "part has no such parameter", "add it to `$parameters`, or mend the name", "not-found"),
    "M120": Code(_E, "unknown context", "name a table, its `rows` or a group", "not-found"),
    "M121": Code(_E, "unknown path", "name a column of the context, or add it to source/<table>.csv", "not-found"),
    "M122": Code(_E, "reference to an unknown rule", "name the stem of a resource file", "not-found"),
    "M123": Code(_E, "reference to a rule of another context", "refer to a rule of this or an enclosing context, or open its context by `$each`", "structure"),
    "M124": Code(_E, "reference to a type that the element does not allow", "refer to a rule of an allowed type", "value"),
    "M130": Code(_E, "unknown resource type", "use a resource type of FHIR R4", "not-found"),
    "M131": Code(_E, "unknown element", "use an element of FHIR R4", "not-found"),
    "M132": Code(_E, "one value where the element is a list, or a list where it is one value", "add or remove the `- `", "structure"),
    "M133": Code(_E, "value where the element is an object, or an object where it is a value", "write the element's members, or its value", "structure"),
    "M134": Code(_E, "two members of one choice", "keep one, or choose with `$first` under one type", "structure"),
    "M135": Code(_E, "choice element without its type", "write the type in the name: `valueQuantity`", "structure"),
    "M136": Code(_E, "required element is never given", "give it a value, or `$absent`", "required"),
    "M137": Code(_E, "constant does not fit the element's type", "write a value of the type", "value"),
    "M138": Code(_E, "code is not in the element's required value set", "use a code of the value set", "code-invalid"),
    "M139": Code(_E, "Quantity with a code and no system", "add `system: = http://unitsofmeasure.org`", "required"),
    "M140": Code(_E, "extension needs either a value or extensions", "keep one of the two", "invariant"),
    "M141": Code(_E, "extension without url", "add `url: = https://…`", "required"),
    "M142": Code(_E, "position in a list that has no `$distinct`", "name a list of the resource whose items have `$distinct`", "not-found"),
    "M143": Code(_E, "resource needs one key", "write `$id: [COLUMN, …]`, or `id:`, not both", "required"),
    "M144": Code(_E, "unknown way to merge", "write `$merge: first`, `richest` or `union`", "value"),
    "M145": Code(_E, "unknown data-absent-reason", "use a code of FHIR's data-absent-reason", "code-invalid"),
    "M146": Code(_E, "modifier is not read", "read the column in this rule, or excuse it in ignored.csv", "business-rule"),
    "M147": Code(_E, "ignored path matches no column", "mend the path, or remove the row", "not-found"),
    "M148": Code(_E, "column is ignored, and yet read", "remove the row of ignored.csv, or the path", "conflict"),
    "M149": Code(_E, "row of ignored.csv is not well-formed", "write `table.COLUMN,reason`", "structure"),
    "M150": Code(_E, "overlay does not fit its base", "name what the base has", "not-found"),
    "M151": Code(_E, "file name ends in `.yml`", "rename it to `.yaml`", "structure"),
    "M152": Code(_E, "`extension` of a value where it has no place", "give the value a member of its own", "structure"),
    "M153": Code(_E, "`$absent` where it has no place", "write it at the element, or as the last alternative of its `$first`, without `$when`", "structure"),
    "M160": Code(_E, "message structure is not in the abstract syntax", "see docs/hl7v2.md, Structures, events, fields, datatypes", "structure"),
    "M161": Code(_E, "context of messages is not well-formed", "see docs/hl7v2.md, The card", "structure"),
    "M162": Code(_E, "unknown group or segment", "use a name of source/structures.yaml or source/fields.csv", "not-found"),
    "M163": Code(_E, "row of source/fields.csv, datatypes.csv or events.csv is not well-formed", "see docs/hl7v2.md, Structures, events, fields, datatypes", "structure"),
    "M164": Code(_E, "path goes deeper than its datatype", "read a component that the datatype has, or add it to source/datatypes.csv", "not-found"),
    "M301": Code(_W, "column is neither read nor ignored", "read it, or add it to ignored.csv with the reason", "incomplete"),
    "M302": Code(_W, "part is not used", "remove it, or use it", "informational"),
    "M303": Code(_W, "concept map is not used", "remove it, or use it", "informational"),
    "M304": Code(_W, "`$each` of a field that does not repeat", "read the field as a value, or write `yes` in `repeats` of source/fields.csv", "informational"),
    # -- C1: concept maps (at load) ----------------------------------------------------------------------------------
    "C101": Code(_E, "target code without target system", "fill in `target_system`", "required"),
    "C102": Code(_E, "unknown equivalence", "write one of FHIR R4's: equal, equivalent, wider, narrower …", "code-invalid"),
    "C103": Code(_E, "row without target needs a comment and nothing else", "say in `comment` why the code has no equivalent", "required"),
    "C104": Code(_E, "row given twice", "keep one of the two", "duplicate"),
    "C105": Code(_E, "row without source code", "fill in `source_code`", "required"),
    "C106": Code(_E, "`else keep` needs a map of one target system", "choose another miss policy", "business-rule"),
    "C107": Code(_E, "`else =` names a code that is no target of the map", "name a target code of the map", "not-found"),
    "C108": Code(_E, "source code has a target, and a row that says it has none", "keep one of the two", "conflict"),
    # -- R2: files (at run) ------------------------------------------------------------------------------------------
    "R201": Code(_E, "file fits no table of the package", "give the file the name and header that `tables:` in mapping.yaml asks for", "not-found"),
    "R202": Code(_E, "file fits several tables of the package", "make their `when:` in mapping.yaml tell them apart", "multiple-matches"),
    "R203": Code(_E, "required columns are missing", "add the columns to the file", "required"),
    "R204": Code(_E, "column stands twice in the header", "give each column a name of its own", "duplicate"),
    "R205": Code(_I, "columns that the layout does not name are left out", "add them to source/<table>.csv if they matter", "informational"),
    "R206": Code(_I, "file has no records", "check whether that is meant", "informational"),
    "R207": Code(_W, "file name does not follow `source.file`; the values named there are null", "rename the file, or mend the pattern", "value"),
    "R208": Code(_E, "header cannot be read", "check `charset:`, `delimiter:` and `quote:` in mapping.yaml (UTF-16 is not read)", "structure"),
    "R209": Code(_E, "header has more columns than the limit", "split the table", "too-costly"),
    "R210": Code(_E, "compressed file is cut or corrupt; what came before was read", "send the file again", "incomplete"),
    # -- R5: rows (at run) -------------------------------------------------------------------------------------------
    "R501": Code(_E, "row has fewer fields than the header", "mend the row; quote fields that hold a line end", "structure"),
    "R502": Code(_E, "row has more fields than the header", "mend the row; quote fields that hold the delimiter", "structure"),
    "R503": Code(_E, "quoted field is not closed", "close the quote, double a quote that is text, or set `quote: none`", "structure"),
    "R504": Code(_E, "text after a closing quote", "double a quote that is text, or set `quote: none`", "structure"),
    "R505": Code(_E, "bytes that are not of the charset", "check `charset:` in mapping.yaml, or mend the row", "structure"),
    "R506": Code(_E, "NUL byte in a row", "check `charset:` in mapping.yaml, or mend the row", "structure"),
    "R507": Code(_E, "row is longer than the limit", "check the line ends of the file", "too-long"),
    "R508": Code(_E, "row of the record cannot be read, and so the record cannot", "mend the row", "structure"),
    "R509": Code(_E, "record has more rows or bytes than the limit", "check the columns of `record:` in mapping.yaml", "too-costly"),
    "R511": Code(_I, "record's key was seen before, after other records", "sort the file by the key if these are one record", "duplicate"),
    "R512": Code(_W, "column differs between the rows of a record; the first row's was used", "read the column in the context of the rows", "conflict"),
    "R513": Code(_E, "row was cut off by the end of a damaged file", "send the file again", "incomplete"),
    "R514": Code(_W, "row without the key of its record; it is a record by itself", "fill in the columns of `record:`", "required"),
    "R520": Code(_W, "parent table has no row of this key", "send the parent table with all its rows", "not-found"),
    "R521": Code(_W, "key stands twice in a parent table; the first row was used", "send each key once", "duplicate"),
    "R522": Code(_E, "parent table is larger than the limit; it is not used", "raise the limit, or read fewer of its columns", "too-costly"),
    "R523": Code(_W, "no file of the parent table was given; its columns are null", "give the parent table's file with the others", "not-found"),
    # -- R6: HL7 v2 messages (at run) --------------------------------------------------------------------------------
    "R601": Code(_E, "text that stands in no message", "begin each message with MSH at the start of a line (UTF-16 is not read)", "structure"),
    "R602": Code(_E, "MSH-1 and MSH-2 do not name the separators", "begin the message with `MSH|^~\\&|`, or other separators, each another ASCII character", "structure"),
    "R603": Code(_E, "charset of MSH-18 is not known", "send a name of HL7 table 0211: `UNICODE UTF-8`, `8859/1`, `ISO IR87`", "not-supported"),
    "R604": Code(_E, "bytes that are not of the message's charset", "mend MSH-18, or `charset:` in mapping.yaml where it is empty", "structure"),
    "R605": Code(_E, "NUL byte in a message", "mend the message", "structure"),
    "R606": Code(_E, "message is longer than the limit", "check that each message begins with MSH at the start of a line", "too-long"),
    "R607": Code(_E, "message was cut off by the end of a damaged file", "send the file again", "incomplete"),
    "R608": Code(_W, "count of BTS-1 or FTS-1 is not what was read", "check whether the file is whole", "incomplete"),
    "R609": Code(_W, "batch or file has no end: BTS or FTS is missing", "check whether the file is whole", "incomplete"),
    "R610": Code(_W, "segment that no context takes; it is not read", "let a context hold or open it: docs/hl7v2.md, The card", "not-found"),
    "R611": Code(_I, "segment stands where its structure does not have it; the nearest context has it", "mend the order of segments, or the structure in source/structures.yaml", "structure"),
    "R612": Code(_W, "second segment of a kind that its context holds once; it is not read", "let a context open the segment: docs/hl7v2.md, The card", "duplicate"),
    "R613": Code(_W, "line that is no segment; it is not read", "escape line ends inside fields: `\\.br\\`", "structure"),
    "R614": Code(_W, "structure of the message is not known; its contexts were told by its segments alone", "add it to source/structures.yaml or source/events.csv", "not-found"),
    "R615": Code(_W, "escape sequence that cannot be read; it was kept as it is, or left out where it turns to another charset", "escape the escape character itself: `\\E\\`", "structure"),
    # -- V: values (at run) ------------------------------------------------------------------------------------------
    "V201": Code(_W, "value does not fit the element's type", "add a step that turns it into the type, or mend the source", "value"),
    "V202": Code(_W, "code is not in the element's required value set", "translate it with `| code NAME`", "code-invalid"),
    "V203": Code(_E, "required element has no value", "give it a value for this case, `$absent`, or drop the resource by `$when`", "required"),
    "V204": Code(_W, "not a number", "name the number's format in the step, or mend the source", "value"),
    "V205": Code(_W, "not a boolean word", "name the words: `| boolean TRUE FALSE`", "value"),
    "V206": Code(_W, "text does not match the pattern", "widen the pattern, or mend the source", "value"),
    "V207": Code(_W, "start is after end; the end was left out", "mend the source", "invariant"),
    "V208": Code(_W, "two members of one choice have a value; the later was left out", "give one of them a `$when` that excludes the other", "invariant"),
    "V211": Code(_W, "not a date or time of the expected format", "name the format in the step: `| date DDMMYYYY`", "value"),
    "V212": Code(_W, "no such day or time", "mend the source, or name the sentinel: `| omit 99999999`", "value"),
    "V214": Code(_W, "time has no zone; the time part was dropped", "set `zone:` in mapping.yaml, or write `| date`", "value"),
    "V215": Code(_W, "time does not exist, or exists twice, in the zone; read with standard time", "send the offset with the time", "value"),
    "V220": Code(_W, "not a UCUM unit", "translate it with a concept map: `| ucum MAP`", "code-invalid"),
    "V221": Code(_W, "not a URI, OID or UUID", "mend the source", "value"),
    # -- C: concept maps (at run) ------------------------------------------------------------------------------------
    "C301": Code(_W, "code is not in the concept map", "add it to the map, or declare a miss policy: `else omit`", "code-invalid"),
    "C302": Code(_E, "code is not in the concept map, which says `else fail`", "add it to the map", "code-invalid"),
    "C303": Code(_I, "code is not in the concept map; left out, as `else omit` says", "add it to the map", "code-invalid"),
    "C304": Code(_I, "code is not in the concept map; kept, as `else keep` says", "add it to the map", "code-invalid"),
    "C305": Code(_I, "code is not in the concept map; replaced, as `else =` says", "add it to the map", "code-invalid"),
    # -- D: identity (at run) ----------------------------------------------------------------------------------------
    "D401": Code(_E, "part of the key has no value", "choose key fields that are always sent, or give a fallback with `??`", "required"),
    "D402": Code(_E, "two contents for one id in a record", "add a field to `$id`, or declare `$merge`", "duplicate"),
    "D403": Code(_W, "key that should be unique was seen before", "check whether the input was sent twice", "duplicate"),
    "D404": Code(_E, "not a FHIR id", "use letters, digits, `-` and `.`, at most 64; or derive the id by `$id`", "value"),
    "D405": Code(_E, "record stops the converter", "report it: this is an error of interop; the record is in quarantine", "exception"),
}
