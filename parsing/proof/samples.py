"""Golden samples: a frame or an object, and whether what is expected comes out of it."""

from __future__ import annotations

from collections.abc import Iterator

from parsing.checker.symbols import OwnerSymbol, SignalSymbol
from parsing.definitions import DefinitionSet, Message
from parsing.j1939.dtc import dtcs_in
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.diagnostics import Diagnostic
from parsing.objects.kinds import OCCURRENCES_UNKNOWN
from parsing.proof.expected import Proof
from parsing.proof.frames import DecodedFrame, FrameDecoder
from parsing.proof.judging import Found, judge, judge_verdict
from parsing.proof.objects import REFUSED, NoObject, ObjectProvers
from parsing.quality import Quality


def prove_frame(
    golden: ast.Golden, proof: Proof, decoder: FrameDecoder, definition_set: DefinitionSet
) -> Iterator[Diagnostic]:
    """What does not come true of a sample of a message."""
    message = next((each for each in definition_set.messages if each.name == golden.message.text), None)
    if message is None or golden.payload is None:
        return
    decoded = decoder.decode(message, golden.payload, golden.source_address)
    if not decoded.is_known:
        why = f"{message.name} does not match the sample's frame"
        yield proof.failure(golden.message.span, why, "see whether `sa` is the one that the message is from")
        return
    if decoded.unknown_page is not None:
        why = f"a multiplexor is {decoded.unknown_page}, which no case knows: the frame gives no values"
        yield proof.failure(golden.message.span, why, f"add:  case {decoded.unknown_page} {{ … }}")
        return
    for each in golden.expect:
        failed = judge(proof, each, _found(each, message, golden.payload, decoded))
        if failed is not None:
            yield failed


def prove_object(golden: ast.Golden, proof: Proof, owner: OwnerSymbol, provers: ObjectProvers) -> Iterator[Diagnostic]:
    """What does not come true of a sample of an object, at a machine without attributes that sent none before."""
    if golden.json is None:
        return
    try:
        read, _ = provers.of(owner).read(golden.json, {})
    except NoObject as fault:
        yield proof.failure(golden.message.span, str(fault), REFUSED)
        return
    for each in golden.expect:
        verdict, symbol = proof.verdict(each), proof.meant(ast.subject_of(each))
        if verdict is not None:
            failed = judge_verdict(proof, each, read.verdicts[verdict[1]])
        else:
            failed = judge(proof, each, read.found(symbol)) if isinstance(symbol, SignalSymbol) else None
        if failed is not None:
            yield failed


def _found(each: ast.Expectation, message: Message, payload: bytes, decoded: DecodedFrame) -> Found:
    node = ast.subject_of(each)
    name = node.parts[-1].text if isinstance(node, ex.Reference) else ""
    for dtcs in message.dtcs:
        if dtcs.name == name:
            return Found(text=dtc_text(payload[dtcs.first_byte - 1 :]))
    group, signal = message.homes()[name]
    if group.id not in decoded.groups:
        return Found(quality=Quality.ABSENT)
    values, qualities = decoded.groups[group.id]
    return Found(values[signal.slot], Quality(qualities[signal.slot]))


def dtc_text(codes: bytes) -> str:
    """A list as it is expected: `110/3 oc1, 190/2 oc5`, SPN, FMI and, where it is known, the count of occurrences."""
    said = []
    for dtc in dtcs_in(codes):
        count = "" if dtc.oc == OCCURRENCES_UNKNOWN else f" oc{dtc.oc}"
        said.append(f"{dtc.spn}/{dtc.fmi}{count}")
    return ", ".join(said)
