"""Documents of the signal language: everything that can be said, whether it makes sense or not."""

from __future__ import annotations

from hypothesis import strategies as st

from parsing.language import ast, expressions
from parsing.language.building import OUTCOMES
from parsing.language.building_expressions import OF_RULES
from parsing.language.building_messages import FORMATS
from parsing.language.building_numbers import decimals_of
from parsing.language.building_objects import SEVERITIES
from parsing.language.building_options import STORES
from parsing.language.parser_table import table
from parsing.quality import STATES

NOWHERE = ast.Span(0, 0)
FREE = st.characters(exclude_categories=["Cs"])

PLAIN_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
WORDS = st.sampled_from(sorted(table().words))
ODD_NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="`"), min_size=1, max_size=12)
NAMES = st.one_of(PLAIN_NAMES, WORDS, ODD_NAMES).map(lambda text: expressions.Name(text, NOWHERE))
TITLES = st.text(FREE, max_size=20)
COMMENTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(
    lambda text: text.removeprefix(" ").rstrip()
)
UNITS = st.sampled_from(["rpm", "L/min", "degC", "%", "", "N*m"]).map(lambda text: expressions.Unit(text, NOWHERE))
REALS = st.one_of(st.integers(-(2**40), 2**40).map(float), st.floats(allow_nan=False, allow_infinity=False)).map(
    lambda value: value + 0.0
)
DURATIONS = st.one_of(st.integers(0, 10**6), st.integers(0, 10**4).map(lambda value: value * 1_000_000))
RAWS = st.integers(-(2**63), 2**64 - 1)
PAYLOADS = st.binary(max_size=70)
ADDRESSES = st.integers(0, 255)


def optional(strategy):
    return st.none() | strategy


def tuples(strategy, least=0, most=3):
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def node(of, /, **given):
    """Nodes of a kind, which stand nowhere."""
    return st.builds(of, span=st.just(NOWHERE), **given)


@st.composite
def remarks(draw, *clauses):
    noted = draw(st.sets(st.sampled_from(clauses))) if clauses else ()
    inner = st.builds(ast.Remarks, above=tuples(COMMENTS, 1, 2))
    return ast.Remarks(
        draw(tuples(COMMENTS, 0, 2)),
        draw(COMMENTS),
        tuple((keyword, draw(inner)) for keyword in clauses if keyword in noted),
    )


REMARKS = remarks()
BODY_REMARKS = remarks("}")
INTERVALS = st.builds(ast.Interval, low=REALS, high=REALS, unit=optional(UNITS), span=st.just(NOWHERE))
RAW_INTERVALS = st.builds(ast.RawInterval, low=RAWS, high=RAWS, span=st.just(NOWHERE))

# Expressions

WHOLE_NUMBERS = node(
    expressions.Number, value=st.integers(0, 2**53).map(float), is_integer=st.just(True), unit=optional(UNITS)
)
FLOATS = node(
    expressions.Number,
    value=st.floats(0, allow_infinity=False).map(abs),
    is_integer=st.just(False),
    unit=optional(UNITS),
)
MEASURED = st.one_of(
    st.floats(0, allow_infinity=False).map(lambda value: repr(abs(value))),
    st.builds(
        lambda digits, decimals: f"{digits // 10**decimals}.{digits % 10**decimals:0{decimals}}",
        st.integers(0, 10**15),
        st.integers(1, 12),
    ),
).flatmap(
    lambda text: node(
        expressions.Number,
        value=st.just(float(text)),
        is_integer=st.just(False),
        unit=optional(UNITS),
        decimals=st.just(decimals_of(text)),
    )
)
"""What is expected; zeros at its end say how close."""

REFERENCES = node(expressions.Reference, parts=tuples(NAMES, 1))
PLAIN_ATOMS = (
    REFERENCES,
    node(expressions.Duration, microseconds=DURATIONS),
    node(expressions.Text, value=TITLES),
    node(expressions.Boolean, value=st.booleans()),
)
ATOMS = st.one_of(WHOLE_NUMBERS, FLOATS, *PLAIN_ATOMS)
BINARY = ["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "and", "or", "??"]


def _around(inner):
    arguments = node(expressions.Argument, name=optional(NAMES), value=inner)
    return st.one_of(
        node(expressions.Unary, operator=st.sampled_from(["-", "not"]), operand=inner),
        node(expressions.Binary, operator=st.sampled_from(BINARY), left=inner, right=inner),
        node(expressions.Conditional, condition=inner, then=inner, otherwise=inner),
        node(expressions.IsState, operand=inner, state=st.sampled_from([*STATES, *OF_RULES]), negated=st.booleans()),
        node(expressions.In, operand=inner, low=inner, high=inner),
        node(expressions.AbsentFor, operand=inner, duration=DURATIONS),
        node(expressions.Call, function=NAMES, arguments=tuples(arguments)),
    )


EXPRESSIONS = st.recursive(ATOMS, _around, max_leaves=8)
CONSTANTS = st.one_of(
    WHOLE_NUMBERS,
    MEASURED,
    *PLAIN_ATOMS,
    node(expressions.Unary, operator=st.just("-"), operand=WHOLE_NUMBERS | MEASURED),
)
EQUALITIES = node(ast.Equals, signal=REFERENCES, value=CONSTANTS)
GIVEN = EQUALITIES | node(ast.Is, what=REFERENCES, state=st.sampled_from([*STATES, *OUTCOMES]))
EXPECTATIONS = st.one_of(
    GIVEN,
    node(ast.Compares, signal=REFERENCES, operator=st.sampled_from(["<", "<=", ">", ">="]), value=CONSTANTS),
    node(ast.Within, signal=REFERENCES, low=CONSTANTS, high=CONSTANTS),
)

# Messages and objects

PATHS = node(ast.PathPlace, steps=tuples(NAMES.map(lambda name: name.text) | st.integers(0, 999)))
PLACES = node(ast.BitPlace, start=st.integers(0, 14_000), big=st.booleans()) | PATHS
TYPES = NAMES | st.sampled_from(["u4", "u8", "i12", "bool"]).map(lambda text: expressions.Name(text, NOWHERE))
SIGNALS = node(
    ast.Signal,
    name=NAMES,
    type=TYPES,
    enum=optional(NAMES),
    place=PLACES,
    scale=REALS,
    offset=REALS,
    unit=optional(UNITS),
    range=optional(INTERVALS),
    not_available=optional(RAW_INTERVALS),
    error=optional(RAW_INTERVALS),
    j1939_sentinels=st.booleans(),
    spn=optional(st.integers(0, 600_000)),
    doc=TITLES,
    remarks=REMARKS,
)


def muxes(members):
    case = node(ast.Case, ranges=tuples(RAW_INTERVALS, 1), title=TITLES, members=tuples(members), remarks=BODY_REMARKS)
    with_else = node(
        ast.Mux, multiplexor=NAMES, cases=tuples(case), has_else=st.just(True), remarks=remarks("else", "}")
    )
    without = node(ast.Mux, multiplexor=NAMES, cases=tuples(case), has_else=st.just(False), remarks=BODY_REMARKS)
    return with_else | without


CASE_MEMBERS = SIGNALS | muxes(SIGNALS)
DTC_LISTS = node(ast.DtcList, name=NAMES, first_byte=st.integers(0, 99), maximum=st.integers(0, 99), remarks=REMARKS)
SOURCES = st.one_of(
    node(ast.CanSource, can_id=st.integers(0, 0x7FF), extended=st.booleans()),
    node(ast.CanSource, can_id=st.integers(0x800, 0x1FFFFFFF), extended=st.just(True)),
    node(
        ast.J1939Source,
        pgn=st.integers(0, 0x3FFFF),
        source_address=optional(ADDRESSES),
        can_id=optional(st.integers(0, 0x1FFFFFFF)),
    ),
    node(
        ast.J1939Source,
        pgn=st.none(),
        source_address=st.none(),
        can_id=st.integers(0, 0x1FFFFFFF),
    ),
)
MESSAGES = node(
    ast.Message,
    name=NAMES,
    title=TITLES,
    source=SOURCES,
    length=optional(st.integers(0, 1785)),
    timeout=optional(DURATIONS),
    cycle=optional(DURATIONS),
    frame_format=optional(st.sampled_from(FORMATS)),
    doc=TITLES,
    members=tuples(st.one_of(SIGNALS, SIGNALS, muxes(CASE_MEMBERS), DTC_LISTS)),
    remarks=BODY_REMARKS,
)
ENUMS = node(
    ast.Enum,
    name=NAMES,
    type=optional(NAMES),
    members=tuples(node(ast.EnumMember, number=optional(RAWS), name=NAMES, title=TITLES, remarks=REMARKS)),
    remarks=BODY_REMARKS,
)
LEVELS = st.sampled_from(SEVERITIES)
PATTERNS = st.sampled_from(["^(E|ERR)$", r"a\/b", "x", r"\d+ #"])
ARMS = st.one_of(
    node(ast.SeverityArm, pattern=TITLES, is_regex=st.just(False), ignore_case=st.just(False), severity=LEVELS),
    node(ast.SeverityArm, pattern=PATTERNS, is_regex=st.just(True), ignore_case=st.booleans(), severity=LEVELS),
    node(ast.SeverityArm, pattern=st.none(), is_regex=st.just(False), ignore_case=st.just(False), severity=LEVELS),
)
OBJECTS = node(
    ast.ObjectDefinition,
    kind=st.sampled_from(["position", "log", "fault", "report"]),
    name=NAMES,
    title=TITLES,
    topic=NAMES,
    each=optional(PATHS),
    signals=tuples(SIGNALS),
    suspicions=tuples(node(ast.Suspicion, condition=EXPRESSIONS, reason=NAMES, remarks=REMARKS)),
    severity=optional(node(ast.SeverityMap, signal=NAMES, arms=tuples(ARMS), remarks=BODY_REMARKS)),
    doc=TITLES,
    remarks=BODY_REMARKS,
)

# Rules

CONSTS = node(ast.Const, name=NAMES, value=EXPRESSIONS, doc=TITLES, remarks=REMARKS)
DERIVED = node(
    ast.Derived,
    name=NAMES,
    type=NAMES,
    unit=optional(UNITS),
    value=EXPRESSIONS,
    hold=optional(DURATIONS),
    range=optional(INTERVALS),
    store=st.sampled_from(STORES),
    doc=TITLES,
    remarks=REMARKS,
)
ACTIONS = st.one_of(
    node(ast.Flag, severity=LEVELS, text=TITLES),
    node(ast.Replace, signal=REFERENCES, value=EXPRESSIONS),
    node(ast.Distrust, action=st.sampled_from(["suspect", "drop"]), signal=REFERENCES),
)
CHECKS = node(
    ast.Check,
    name=NAMES,
    title=TITLES,
    when=st.none(),
    duration=st.just(0),
    expect=EXPRESSIONS,
    actions=tuples(ACTIONS, 1),
    doc=TITLES,
    remarks=remarks("expect", "else", "}"),
) | node(
    ast.Check,
    name=NAMES,
    title=TITLES,
    when=EXPRESSIONS,
    duration=DURATIONS,
    expect=EXPRESSIONS,
    actions=tuples(ACTIONS, 1),
    doc=TITLES,
    remarks=remarks("when", "expect", "else", "}"),
)
EVENTS = node(
    ast.Event,
    name=NAMES,
    title=TITLES,
    raise_when=EXPRESSIONS,
    raise_for=DURATIONS,
    clear_when=EXPRESSIONS,
    clear_for=DURATIONS,
    severity=LEVELS,
    capture=tuples(REFERENCES),
    group_by=optional(NAMES),
    cooldown=DURATIONS,
    doc=TITLES,
    remarks=remarks("raise", "clear", "severity", "}"),
)

# Proof

OBJECTS_SENT = st.sampled_from(['{"level": "E", "message": "}"}', '[1, {"a": [2]}]', '{\n  "a": 1\n}'])
JSON = OBJECTS_SENT | st.sampled_from(['"text"', "no json"])
GOLDEN = node(
    ast.Golden,
    title=TITLES,
    message=NAMES,
    payload=PAYLOADS,
    json=optional(JSON),
    source_address=optional(ADDRESSES),
    expect=tuples(EXPECTATIONS),
    remarks=remarks("bytes", "}"),
)
STEPS = st.one_of(
    node(
        ast.SetStep,
        at=DURATIONS,
        every=st.none(),
        until=st.none(),
        values=tuples(GIVEN, 1),
        remarks=REMARKS,
    ),
    node(ast.SetStep, at=DURATIONS, every=DURATIONS, until=DURATIONS, values=tuples(GIVEN, 1), remarks=REMARKS),
    node(
        ast.SendStep,
        at=DURATIONS,
        message=NAMES,
        payload=PAYLOADS,
        json=st.none(),
        source_address=optional(ADDRESSES),
        remarks=REMARKS,
    ),
    node(
        ast.SendStep,
        at=DURATIONS,
        message=NAMES,
        payload=st.none(),
        json=OBJECTS_SENT,
        source_address=st.none(),
        remarks=REMARKS,
    ),
    node(ast.ExpectStep, at=DURATIONS, expect=tuples(EXPECTATIONS, 1), remarks=REMARKS),
)
TESTS = node(ast.Test, title=TITLES, machine=tuples(EQUALITIES), steps=tuples(STEPS), remarks=BODY_REMARKS)

ITEMS = st.one_of(MESSAGES, ENUMS, OBJECTS, CONSTS, DERIVED, CHECKS, EVENTS, GOLDEN, TESTS)
REMARKED = tuples(COMMENTS, 0, 2)
DOCUMENTS = st.one_of(
    st.builds(ast.Document, items=tuples(ITEMS, 1, 4), remarks=REMARKED, header=REMARKED),
    st.builds(ast.Document, items=st.just(()), remarks=REMARKED),
)
