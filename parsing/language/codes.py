"""Codes of diagnostics: stable, never reused. `docs/language.md` lists them with an example each.

E: refuses publication. W: probably a mistake. H: a hint.
"""

from __future__ import annotations

from enum import StrEnum


class DiagnosticCode(StrEnum):
    # Syntax: E001 to E019
    UNEXPECTED = "E001"
    NOT_CLOSED = "E002"
    UNKNOWN_WORD = "E003"
    MISSING_WORD = "E004"
    MISSING_CLAUSE = "E005"
    REPEATED_CLAUSE = "E006"
    NUMBER = "E007"
    UNIT_BRACKETS = "E008"
    DURATION = "E009"
    OPERATOR = "E010"
    COMPARISON_CHAIN = "E011"
    QUOTES = "E012"
    NAME = "E013"
    CAN_ID = "E014"
    MISPLACED_OPTION = "E015"
    FOREIGN_TEXT = "E016"
    TOO_MUCH_TEXT = "E017"
    NESTED = "E018"
    MORE_ERRORS = "E019"
    UNIT_MISMATCH = "E021"
    # Names: E022 to E039
    UNKNOWN_NAME = "E022"
    AMBIGUOUS_NAME = "E023"
    REPEATED_DEFINITION = "E024"
    UNKNOWN_MEMBER = "E025"
    UNKNOWN_TYPE = "E026"
    UNKNOWN_FUNCTION = "E027"
    UNKNOWN_ATTRIBUTE = "E028"
    UNKNOWN_MESSAGE = "E029"
    NOT_A_VALUE = "E030"
    # Types and units: E040 to E059
    WRONG_TYPE = "E040"
    CONDITION_WANTED = "E041"
    TEXT_IN_RULE = "E042"
    NAKED_NUMBER = "E043"
    POINT_ARITHMETIC = "E044"
    WRONG_ARGUMENTS = "E045"
    SIGNAL_WANTED = "E046"
    CONSTANT_WANTED = "E047"
    MISSING_UNIT = "E048"
    NOT_WHOLE = "E049"
    NOT_FINITE = "E050"
    NOT_HERE = "E051"
    # Layout of messages and objects: E060 to E089
    BEYOND_PAYLOAD = "E060"
    MULTIPLEXOR_MISSING = "E061"
    MULTIPLEXOR_TYPE = "E062"
    MISSING_ELSE = "E063"
    SAME_FRAMES = "E064"
    MESSAGE_LENGTH = "E065"
    DTC_PLACE = "E066"
    SIGNAL_TYPE = "E067"
    SCALE = "E068"
    SENTINEL_BEYOND_WIDTH = "E069"
    PLACE_KIND = "E070"
    INVALID_PATH = "E071"
    INVALID_PATTERN = "E072"
    INVALID_SOURCE = "E073"
    EMPTY_RANGE = "E074"
    ENUM_TYPE = "E075"
    NESTED_TOO_DEEP = "E076"
    SCATTERED_SENTINELS = "E077"
    POSITION_SIGNALS = "E078"
    # Rules: E090 to E109; cost and state: E110 to E119
    CYCLE = "E090"
    REPLACEMENT_CYCLE = "E091"
    TOO_MANY_CAPTURED = "E092"
    NOT_REPLACEABLE = "E093"
    TOO_MANY_INSTRUCTIONS = "E110"
    TOO_MUCH_STATE = "E111"
    TOO_MUCH_STATE_TOGETHER = "E112"
    EXPRESSION_TOO_DEEP = "E113"
    DURATION_LIMITS = "E114"
    TOO_MANY_INPUTS = "E115"
    # Golden samples and tests: E120 to E139
    NOT_IN_MESSAGE = "E120"
    WRONG_SAMPLE = "E121"
    WRONG_EXPECTATION = "E122"
    STEP_TIMES = "E123"
    NOT_AS_EXPECTED = "E124"
    NOT_SETTABLE = "E125"
    # Ranges: W301 to W329
    RANGE_BEYOND_SCALE = "W301"
    SENTINEL_IN_RANGE = "W302"
    MEMBER_BEYOND_WIDTH = "W303"
    RANGE_NEVER_MET = "W304"
    NEVER_TRUE = "W311"
    ALWAYS_TRUE = "W312"
    NEVER_EXACTLY = "W313"
    # Other likely mistakes: W330 to W359
    SHADOWED_NAME = "W330"
    CLEARS_AT_ONCE = "W331"
    NEVER_CLEARS = "W332"
    UNREACHABLE_ARM = "W333"
    READS_NOTHING = "W334"
    ANGLE_TAKEN = "W335"
    OVERLAPPING_SIGNALS = "W340"
    BEYOND_MESSAGE = "W341"
    FRAME_LENGTH = "W342"
    CASE_BEYOND_WIDTH = "W343"
    OVERLAPPING_CASES = "W344"
    NO_SIGNALS = "W345"
    ZERO_SCALE = "W346"
    STALE_BETWEEN_FRAMES = "W347"
    SHORT_SAMPLE = "W350"
    # Hints: H401 to H429
    MAY_DIVIDE_BY_ZERO = "H401"
    UNKNOWN_UNIT = "H402"
    NEVER_STALE = "H403"
    UNIT_ASSUMED = "H404"
    FLUTTERS = "H405"
    EMPTY_CASE = "H406"
    NO_SUCH_MEMBER = "H407"
    UNIT_OF_ENUM = "H408"


TITLES: dict[DiagnosticCode, str] = {
    DiagnosticCode.UNEXPECTED: "unexpected text",
    DiagnosticCode.NOT_CLOSED: "not closed",
    DiagnosticCode.UNKNOWN_WORD: "unknown word",
    DiagnosticCode.MISSING_WORD: "something is missing",
    DiagnosticCode.MISSING_CLAUSE: "clause missing",
    DiagnosticCode.REPEATED_CLAUSE: "said twice",
    DiagnosticCode.NUMBER: "number",
    DiagnosticCode.UNIT_BRACKETS: "unit without brackets",
    DiagnosticCode.DURATION: "time without its unit",
    DiagnosticCode.OPERATOR: "operator of another language",
    DiagnosticCode.COMPARISON_CHAIN: "chain of comparisons",
    DiagnosticCode.QUOTES: "quotes",
    DiagnosticCode.NAME: "name",
    DiagnosticCode.CAN_ID: "CAN identifier",
    DiagnosticCode.MISPLACED_OPTION: "not said here",
    DiagnosticCode.FOREIGN_TEXT: "text of another format",
    DiagnosticCode.TOO_MUCH_TEXT: "too long",
    DiagnosticCode.NESTED: "nested too deep",
    DiagnosticCode.MORE_ERRORS: "more errors",
    DiagnosticCode.UNIT_MISMATCH: "unit mismatch",
    DiagnosticCode.UNKNOWN_NAME: "unknown name",
    DiagnosticCode.AMBIGUOUS_NAME: "ambiguous name",
    DiagnosticCode.REPEATED_DEFINITION: "defined twice",
    DiagnosticCode.UNKNOWN_MEMBER: "unknown member of an enum",
    DiagnosticCode.UNKNOWN_TYPE: "unknown type",
    DiagnosticCode.UNKNOWN_FUNCTION: "unknown function",
    DiagnosticCode.UNKNOWN_ATTRIBUTE: "unknown attribute of machines",
    DiagnosticCode.UNKNOWN_MESSAGE: "unknown message",
    DiagnosticCode.NOT_A_VALUE: "not a value",
    DiagnosticCode.WRONG_TYPE: "wrong type",
    DiagnosticCode.CONDITION_WANTED: "a condition is wanted here",
    DiagnosticCode.TEXT_IN_RULE: "text in a rule",
    DiagnosticCode.NAKED_NUMBER: "number without a unit",
    DiagnosticCode.POINT_ARITHMETIC: "no arithmetic with points on a scale",
    DiagnosticCode.WRONG_ARGUMENTS: "wrong arguments",
    DiagnosticCode.SIGNAL_WANTED: "a signal is wanted here",
    DiagnosticCode.CONSTANT_WANTED: "a constant is wanted here",
    DiagnosticCode.MISSING_UNIT: "unit missing",
    DiagnosticCode.NOT_WHOLE: "not a whole number",
    DiagnosticCode.NOT_FINITE: "no finite number",
    DiagnosticCode.NOT_HERE: "not possible here",
    DiagnosticCode.BEYOND_PAYLOAD: "signal beyond the longest payload",
    DiagnosticCode.MULTIPLEXOR_MISSING: "multiplexor missing",
    DiagnosticCode.MULTIPLEXOR_TYPE: "not a multiplexor",
    DiagnosticCode.MISSING_ELSE: "mux without else",
    DiagnosticCode.SAME_FRAMES: "two messages for the same frames",
    DiagnosticCode.MESSAGE_LENGTH: "length of the message",
    DiagnosticCode.DTC_PLACE: "place of trouble codes",
    DiagnosticCode.SIGNAL_TYPE: "type of a signal",
    DiagnosticCode.SCALE: "scale or offset",
    DiagnosticCode.SENTINEL_BEYOND_WIDTH: "sentinel that the signal cannot hold",
    DiagnosticCode.PLACE_KIND: "wrong kind of place",
    DiagnosticCode.INVALID_PATH: "path that cannot be followed",
    DiagnosticCode.INVALID_PATTERN: "regular expression refused",
    DiagnosticCode.INVALID_SOURCE: "no such frames",
    DiagnosticCode.EMPTY_RANGE: "range that holds nothing",
    DiagnosticCode.ENUM_TYPE: "type of an enum",
    DiagnosticCode.NESTED_TOO_DEEP: "multiplexors nested too deep",
    DiagnosticCode.SCATTERED_SENTINELS: "sentinel members with others between them",
    DiagnosticCode.POSITION_SIGNALS: "position without a place",
    DiagnosticCode.CYCLE: "rules that read each other",
    DiagnosticCode.REPLACEMENT_CYCLE: "replacement that reads itself",
    DiagnosticCode.TOO_MANY_CAPTURED: "too much captured",
    DiagnosticCode.NOT_REPLACEABLE: "not a signal that a check can change",
    DiagnosticCode.TOO_MANY_INSTRUCTIONS: "rule too costly",
    DiagnosticCode.TOO_MUCH_STATE: "rule remembers too much",
    DiagnosticCode.TOO_MUCH_STATE_TOGETHER: "rules remember too much together",
    DiagnosticCode.EXPRESSION_TOO_DEEP: "expression nested too deep",
    DiagnosticCode.DURATION_LIMITS: "no such duration",
    DiagnosticCode.TOO_MANY_INPUTS: "rule reads too much",
    DiagnosticCode.NOT_IN_MESSAGE: "not in what the sample is of",
    DiagnosticCode.WRONG_SAMPLE: "sample of the wrong kind",
    DiagnosticCode.WRONG_EXPECTATION: "expectation that cannot be met",
    DiagnosticCode.NOT_AS_EXPECTED: "not as expected",
    DiagnosticCode.STEP_TIMES: "times of a test",
    DiagnosticCode.NOT_SETTABLE: "set to what cannot come",
    DiagnosticCode.RANGE_BEYOND_SCALE: "range that the signal cannot reach",
    DiagnosticCode.SENTINEL_IN_RANGE: "sentinel inside the range",
    DiagnosticCode.MEMBER_BEYOND_WIDTH: "member that the signal cannot reach",
    DiagnosticCode.RANGE_NEVER_MET: "range that the value never meets",
    DiagnosticCode.NEVER_TRUE: "condition is never true",
    DiagnosticCode.ALWAYS_TRUE: "condition is always true",
    DiagnosticCode.NEVER_EXACTLY: "number between the steps of a signal",
    DiagnosticCode.SHADOWED_NAME: "name hides another",
    DiagnosticCode.CLEARS_AT_ONCE: "event clears while it is raised",
    DiagnosticCode.NEVER_CLEARS: "event never clears",
    DiagnosticCode.UNREACHABLE_ARM: "arm that is never reached",
    DiagnosticCode.READS_NOTHING: "rule that reads no signal",
    DiagnosticCode.ANGLE_TAKEN: "angle taken for a number",
    DiagnosticCode.OVERLAPPING_SIGNALS: "signals overlap",
    DiagnosticCode.BEYOND_MESSAGE: "signal past the end of its message",
    DiagnosticCode.FRAME_LENGTH: "length that no frame has",
    DiagnosticCode.CASE_BEYOND_WIDTH: "case that the multiplexor cannot reach",
    DiagnosticCode.OVERLAPPING_CASES: "cases overlap",
    DiagnosticCode.NO_SIGNALS: "nothing to decode",
    DiagnosticCode.ZERO_SCALE: "scale of 0",
    DiagnosticCode.STALE_BETWEEN_FRAMES: "stale between two frames",
    DiagnosticCode.SHORT_SAMPLE: "sample ends before the signal",
    DiagnosticCode.MAY_DIVIDE_BY_ZERO: "may divide by zero",
    DiagnosticCode.UNKNOWN_UNIT: "unknown unit",
    DiagnosticCode.NEVER_STALE: "values never get stale",
    DiagnosticCode.UNIT_ASSUMED: "unit assumed",
    DiagnosticCode.FLUTTERS: "event may flutter",
    DiagnosticCode.EMPTY_CASE: "case without signals",
    DiagnosticCode.NO_SUCH_MEMBER: "number that no member has",
    DiagnosticCode.UNIT_OF_ENUM: "enum with a unit",
}
