"""Who a CQL or FHIRPath condition lets in, and which facts words speak of."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.fhir.read.expression import Constraint, evaluate, speaks_of, spoken_facts, without_comments
from orderlint.interval import point
from orderlint.interval_sets import Set


def show(values: Set) -> str:
    """A set as "[18,65) [70,+)"; "all" for everyone, "none" for nobody."""
    if not values:
        return "none"
    pieces = []
    for piece in values:
        low = "-" if piece.low is None else str(piece.low)
        high = "+" if piece.high is None else str(piece.high)
        pieces.append(f"{'[' if piece.low_closed else '('}{low},{high}{']' if piece.high_closed else ')'}")
    said = " ".join(pieces)
    return "all" if said == "(-,+)" else said


AGE = [
    ("AgeInYears() >= 65", "[65,+)"),
    ("AgeInYears() > 64", "[65,+)"),
    ("AgeInYears() > 65", "[66,+)"),
    ("AgeInYears() < 65", "(-,65)"),
    ("AgeInYears() <= 64", "(-,65)"),
    ("AgeInYears() <= 65", "(-,66)"),
    ("AgeInYears() < 64.5", "(-,65)"),
    ("AgeInYears() = 65", "[65,66)"),
    ("AgeInYears() != 65", "(-,65) [66,+)"),
    ("AgeInYears() <> 65", "(-,65) [66,+)"),
    ("AgeInYears() ~ 65", "[65,66)"),
    ("AgeInYears() = 64.5", "none"),
    ("65 > AgeInYears()", "(-,65)"),
    ("65 <= AgeInYears()", "[65,+)"),
    ("64 >= AgeInYears()", "(-,65)"),
    ("AgeInYearsAt(Today()) < 65", "(-,65)"),
    ("AgeInYearsAt(start of MeasurementPeriod) < 65", "(-,65)"),
    ("CalculateAgeInYears(Patient.birthDate) < 65", "(-,65)"),
    ("CalculateAgeInYearsAt(Patient.birthDate, Today()) >= 65", "[65,+)"),
    ("AgeInMonths() < 780", "(-,65)"),
    ("AgeInMonths() <= 779", "(-,65)"),
    ("AgeInYears() < 780 months", "(-,65)"),
    ("%age < 65", "(-,65)"),
    ("%age.value < 65", "(-,65)"),
    ("%`age` < 65", "(-,65)"),
    ("%age <= 64 years", "(-,65)"),
    ("%age <= 64 'a'", "(-,65)"),
    ("%age < 780 'mo'", "(-,65)"),
    ("patientAge < 65", "(-,65)"),
    ('"Patient Age" < 65', "(-,65)"),
    ('Common."Age In Years" < 65', "(-,65)"),
    ("Patient.age.toInteger() < 65", "(-,65)"),
    ("(%age as Integer) < 65", "(-,65)"),
    ("%age.ofType(integer) < 65", "(-,65)"),
    ("(AgeInYears()) < (65)", "(-,65)"),
    ("AgeInYears() < 60 + 5", "(-,65)"),
    ("AgeInYears() < 13 * 5", "(-,65)"),
    ("not (AgeInYears() >= 65)", "(-,65)"),
    ("not AgeInYears() >= 65", "(-,65)"),
    ("not not (AgeInYears() >= 65)", "[65,+)"),
    ("NOT(AgeInYears()>=65)", "(-,65)"),
    ("(AgeInYears() >= 65).not()", "(-,65)"),
    ("(AgeInYears() >= 65) is false", "(-,65)"),
    ("(AgeInYears() >= 65) is not true", "(-,65)"),
    ("(AgeInYears() >= 65) = false", "(-,65)"),
    ("(AgeInYears() >= 65) != true", "(-,65)"),
    ("AgeInYears() between 18 and 64", "[18,65)"),
    ("AgeInYears() between 18 and 65", "[18,66)"),
    ("AgeInYears() properly between 17 and 65", "[18,65)"),
    ("not (AgeInYears() between 18 and 64)", "(-,18) [65,+)"),
    ("AgeInYears() in Interval[18, 65)", "[18,65)"),
    ("AgeInYears() in Interval[65, null]", "[65,+)"),
    ("AgeInYears() >= 18 and AgeInYears() < 65", "[18,65)"),
    ("AgeInYears() < 18 or AgeInYears() >= 65", "(-,18) [65,+)"),
    ("AgeInYears() < 18 or AgeInYears() >= 18", "all"),
    ("AgeInYears() < 65 and AgeInYears() >= 65", "none"),
    ("AgeInYears() >= 65 implies false", "(-,65)"),
    ("AgeInYears() < 18 xor AgeInYears() < 65", "[18,65)"),
    ("if AgeInYears() >= 65 then false else true", "(-,65)"),
    ("today() - 65 years < Patient.birthDate", "(-,65)"),
    ("today() - 65 years <= Patient.birthDate", "(-,65]"),
    ("Patient.birthDate <= today() - 65 years", "[65,+)"),
    ("Patient.birthDate > Today() - 65 'a'", "(-,65)"),
    ("Patient.birthDate + 65 years > today()", "(-,65)"),
    ("%patient.birthDate.value > now() - 780 months", "(-,65)"),
    ("today() - Patient.birthDate < 65 years", "(-,65)"),
    ("years between Patient.birthDate and Today() < 65", "(-,65)"),
    ("exists(%age) and %age < 65", "(-,65)"),
    ("%age.exists() and %age < 65", "(-,65)"),
    ("%age is not null and %age < 65", "(-,65)"),
    ("exists(%age)", "all"),
    ("%age is null or %age < 65", "all"),
    ("%age.empty() or %age < 65", "all"),
    ("not exists(%age) or %age < 65", "all"),
    ("true and AgeInYears() < 65", "(-,65)"),
    ("AgeInYears() < 65 // AgeInYears() >= 18", "(-,65)"),
    ("/* adults */ AgeInYears() < 65", "(-,65)"),
    ("  \n AgeInYears( )\n\t<\n65 ", "(-,65)"),
    ("AgeInYears() ≤ 64", "(-,65)"),
]

RENAL = [
    ("%egfr < 60", "(-,60)"),
    ("%egfr <= 60", "(-,60]"),
    ("%egfr > 60", "(60,+)"),
    ("%egfr >= 60 'mL/min'", "[60,+)"),
    ("%egfr.value >= 29.5", "[59/2,+)"),
    ("60 <= %eGFR", "[60,+)"),
    ("eGFR >= 60 'mL/min/{1.73_m2}'", "[60,+)"),
    ("eGFR >= 60 'mL/min/1.73 m2'", "[60,+)"),
    ("eGFR >= 1 'mL/s'", "[60,+)"),
    ('"Most Recent eGFR" >= 30', "[30,+)"),
    ('"Most Recent eGFR".value >= 30', "[30,+)"),
    ("mostRecentEGFR >= 30", "[30,+)"),
    ('"Creatinine Clearance" > 30', "(30,+)"),
    ("CrCl between 30 and 60", "[30,60]"),
    ("%crcl in Interval[30, 60)", "[30,60)"),
    ("gfr = 60", "[60,60]"),
    ("%egfr.exists() and %egfr >= 60", "[60,+)"),
    ("not (%egfr < 30)", "[30,+)"),
    ("%egfr.first() >= 60", "[60,+)"),
]

NOT_EVALUATED = [
    "",
    "(((",
    ")",
    "Is elderly",
    "Age 65 or over",
    '"Is 65 or older"',
    '"Age" in "Elderly Ages"',
    "18 <= AgeInYears() < 65",
    'AgeInYears() < 65 or "Has Spasm" is',
    "\"Serum Creatinine\" < 1.5 'mg/dL'",
    "creatinine > 2",
    "AgeInYearsAt(@2020-01-01) < 65",
    "Observation.where(code = 'egfr').value < 60",
    'exists [Observation: "eGFR"] O where O.value < 60 and AgeInYears() < 65',
    'not exists [Condition: "X"] C where C.a = 1 and AgeInYears() < 65',
    "%egfr < 60 'mg'",
    "%age < 65 'kg'",
    "AgeInYears() < " + "9" * 40,
    "%egfr < 60 | 70",
    "'AgeInYears() < 65",
    "AgeInYears()",
    "Coalesce(%egfr, 100) < 60",
    "-AgeInYears() > -65",
    "Patient.birthDate < @1960-01-01",
    "AgeInYears() 65",
    "case when AgeInYears() < 65 then true else false end",
]


def constraint(text: str, language: str | None = None) -> Constraint:
    found = evaluate(text, language)
    assert found is not None, text
    return found


@pytest.mark.parametrize(("text", "expected"), AGE)
def test_ages_let_in(text: str, expected: str) -> None:
    found = constraint(text)
    assert show(found.age.may) == expected
    assert found.age.surely == found.age.may
    assert show(found.renal.may) in ("all", "none")
    assert found.spoken == {"age"}


@pytest.mark.parametrize(("text", "expected"), RENAL)
def test_kidney_functions_let_in(text: str, expected: str) -> None:
    found = constraint(text, "text/fhirpath")
    assert show(found.renal.may) == expected
    assert found.renal.surely == found.renal.may
    assert show(found.age.may) == "all"
    assert found.spoken == {"renal"}


@pytest.mark.parametrize("text", NOT_EVALUATED)
def test_what_is_not_plain_is_not_evaluated(text: str) -> None:
    assert evaluate(text, "text/cql") is None


BOTH = [
    # text, age: at most, for sure; kidney: at most, for sure
    ("AgeInYears() < 65 and %egfr >= 60", "(-,65)", "(-,65)", "[60,+)", "[60,+)"),
    ("AgeInYears() < 65 or %egfr >= 60", "all", "all", "all", "all"),
    ("not (AgeInYears() >= 65 or %egfr < 60)", "(-,65)", "(-,65)", "[60,+)", "[60,+)"),
    # an elderly patient needs the better kidney: no one under 30 either way
    (
        "(AgeInYears() >= 65 implies %egfr >= 60) and (AgeInYears() < 65 implies %egfr >= 30)",
        "all",
        "all",
        "[30,+)",
        "[30,+)",
    ),
    ("if AgeInYears() >= 65 then %egfr >= 60 else %egfr >= 30", "all", "all", "[30,+)", "[30,+)"),
    # with "and", an unknown part leaves the known one as it is, for facts that it doesn't speak of
    ('AgeInYears() < 65 and "Has Spasm"', "(-,65)", "(-,65)", "all", "all"),
    ('AgeInYears() >= 18 and "Has Spasm"', "[18,+)", "[18,+)", "all", "all"),
    ('AgeInYears() < 65 and not "On Dialysis"', "(-,65)", "(-,65)", "all", "none"),
    ('AgeInYears() >= 18 and not "Is Elderly"', "[18,+)", "none", "all", "all"),
    ("AgeInYears() < 65 and (exists [X: \"Y\"] C where C.a | 3 or true)", "(-,65)", "(-,65)", "all", "all"),
    # with "or", an unknown part may let in anyone, and surely lets in nobody
    ('AgeInYears() < 65 or "Has Spasm"', "all", "(-,65)", "all", "all"),
    ('AgeInYears() >= 65 or "Has Spasm"', "all", "[65,+)", "all", "all"),
    ('not (AgeInYears() >= 65 and "Has Spasm")', "all", "(-,65)", "all", "all"),
    ('not ("Has Spasm" or AgeInYears() >= 65)', "(-,65)", "(-,65)", "all", "all"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "age_may", "age_surely", "renal_may", "renal_surely"), BOTH)
def test_two_facts_and_unknown_parts(
    text: str, age_may: str, age_surely: str, renal_may: str, renal_surely: str
) -> None:
    found = constraint(text)
    shown = [show(s) for s in (*found.age, *found.renal)]
    assert shown == [age_may, age_surely, renal_may, renal_surely]


@pytest.mark.parametrize(
    ("language", "read"),
    [
        (None, True),
        ("", True),
        ("text/cql", True),
        ("text/cql-expression", True),
        ("text/cql.identifier", True),
        ("TEXT/FHIRPATH", True),
        ("application/x-fhir-query", False),
        ("text/x-arden", False),
    ],
)
def test_only_cql_and_fhirpath_are_read(language: str | None, read: bool) -> None:
    assert (evaluate("AgeInYears() >= 65", language) is not None) is read


def test_bounds_are_exact() -> None:
    piece = constraint("%egfr >= 0.1 and %egfr < 0.3").renal.may[0]
    assert (piece.low, piece.high) == (Fraction(1, 10), Fraction(3, 10))


def test_comments_guard_nothing() -> None:
    assert spoken_facts('"Has Spasm" // age, eGFR', "text/cql") == frozenset()
    assert spoken_facts('/* renal */ "Has Spasm"', "text/cql") == frozenset()
    assert without_comments("'http://a/b' // c", None).strip() == "'http://a/b'"
    assert without_comments("a // b", "text/plain") == "a // b"


SPEAKS = {
    "age": """
        age|Age|AGE|ages 18-64|aged 70|patient_age|patient-age|pt.age|patientAge|PatientAge|age65|ageInYears
        AgeInYears()|AgeInYearsAt(Today())|%age|"Patient Age"|Is elderly|isElderly|geriatric patient|65 years
        Patient.birthDate|date of birth|DOB|Is 65 or older|older adult|younger than 50|70 years old|Is Over 65
        65 and over|not "Is Over 65"|Age group|AGE_YEARS
    """,
    "renal": """
        eGFR|egfr|EGFR|e-GFR|GFR|creatinine|Serum Creatinine|CrCl|crcl|lastCrCl|CRCL|creatinine clearance
        renal|Renal impairment|renally adjusted|kidney|kidneys|CKD|CKD stage 3|CKDstage|dialysis|On Dialysis
        hemodialysis|mostRecentEGFR|eGFRValue|isRenallyImpaired|glomerular filtration rate|ESRD|33914-3
        reduce the dose if CrCl < 30 mL/min
    """,
    "hepatic": "hepatic|liver|cirrhosis|Child-Pugh B|hasCirrhosis",
    "electrolytes": "potassium|magnesium|electrolytes|hypokalemia|LatestPotassium",
}
SILENT = {
    "age": """
        dosage|Dosage|dosAge|page|average|manage|stage|usage|package|storage|triage|coverage|language|image
        linkage|advantage|averageDose|gestational age|no seizure in the last 5 years|weight over 65 kg
        eGFR over 60|eGFR older than 30 days|ageusia|bandage||CKD stage 3|adult|voltage
    """,
    "renal": """
        adrenal|creatine kinase|EGFR mutation positive|EGFR inhibitor|describe|scrub|age|liver|stage
        gfrx|dialysate
    """,
    "hepatic": "renal|deliver|olive|exalt|contrast",
    "electrolytes": "kalium channel|sodium",
}
SPEECH = [
    (fact, text.strip(), True)
    for fact, said in SPEAKS.items()
    for line in said.strip().splitlines()
    for text in line.split("|")
]
SILENCE = [
    (fact, text.strip(), False)
    for fact, said in SILENT.items()
    for line in said.strip().splitlines()
    for text in line.split("|")
]


@pytest.mark.parametrize(("fact", "text", "expected"), SPEECH + SILENCE)
def test_words_speak_of_a_fact(fact: str, text: str, expected: bool) -> None:
    assert speaks_of(text, fact) is expected


_SYNTAX = (
    "AgeInYears() %egfr 65 60 'mL/min' < >= = and or not ( ) exists is null between in Interval[ ] , . value"
    " today() - years Patient.birthDate if then else implies xor [ { } \"X_age\" 's' @2020 // /* */ as true"
    " \x1b[31m `"
)
_PIECES = st.sampled_from(_SYNTAX.split())


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=30).map(" ".join)),
    st.none() | st.just("text/cql"),
)
def test_never_raises(text: str, language: str | None) -> None:
    found = evaluate(text, language)
    spoken_facts(text, language)
    if found is not None:
        for reach in (found.age, found.renal):
            assert not any(piece.empty for piece in (*reach.may, *reach.surely))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * 400 + "AgeInYears() < 65" + ")" * 400,
        "not " * 900 + "true",
        "exists(" * 300 + "1" + ")" * 300,
        "if " * 900,
        "%age" + ".value" * 450 + " < 65",
        " and ".join(f"AgeInYears() != {n}" for n in range(160)),
        " or ".join(f"(AgeInYears() = {n} and %egfr > {n})" for n in range(0, 120, 2)),
        " and ".join(f"(AgeInYears() = {n} or %egfr > {n})" for n in range(60)),
        "9" * 9000,
        "* 9999999999999999999999999999".join(["9"] * 300),
        "'" * 9000,
        "/*" * 4000,
        "a" * 10**6,
    ],
)
def test_hostile_input_costs_little(text: str) -> None:
    start = time.perf_counter()
    evaluate(text, "text/cql")
    spoken_facts(text, "text/cql")
    assert time.perf_counter() - start < 2


def test_deep_nesting_is_an_unknown_part() -> None:
    deep = "(" * 100 + "AgeInYears() >= 65" + ")" * 100
    found = evaluate(f"%egfr > 60 and {deep}", None)
    assert found is not None
    assert show(found.renal.may) == "(60,+)"
    assert found.age.surely == ()  # taken at its word, not forgotten


_COMPARED = st.tuples(
    st.sampled_from(["AgeInYears()", "%egfr"]),
    st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
    st.integers(0, 4),
)
_TREES = st.recursive(
    _COMPARED,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or", "xor", "implies"]), inner, inner),
    ),
    max_leaves=6,
)


def _text(tree: tuple) -> str:  # type: ignore[type-arg]
    if tree[0] == "not":
        return f"not ({_text(tree[1])})"
    if tree[0] in ("and", "or", "xor", "implies"):
        return f"({_text(tree[1])}) {tree[0]} ({_text(tree[2])})"
    return f"{tree[0]} {tree[1]} {tree[2]}"


def _true(tree: tuple, age: Fraction, kidney: Fraction) -> bool:  # type: ignore[type-arg]
    if tree[0] == "not":
        return not _true(tree[1], age, kidney)
    if tree[0] in ("and", "or", "xor", "implies"):
        one, other = _true(tree[1], age, kidney), _true(tree[2], age, kidney)
        joined = {"and": one and other, "or": one or other, "xor": one != other, "implies": not one or other}
        return joined[tree[0]]
    value = Fraction(age.__floor__()) if tree[0] == "AgeInYears()" else kidney
    number = tree[2]
    compared = {
        "<": value < number, "<=": value <= number, ">": value > number,
        ">=": value >= number, "=": value == number, "!=": value != number,
    }  # fmt: skip
    return compared[tree[1]]


@settings(max_examples=150, deadline=None)
@given(_TREES)
def test_agrees_with_trying_every_patient(tree: tuple) -> None:  # type: ignore[type-arg]
    grid = [Fraction(n, 2) for n in range(-2, 12)]
    found = evaluate(_text(tree), None)
    assert found is not None
    for values, let_in in (
        (found.age, [any(_true(tree, x, k) for k in grid) for x in grid]),
        (found.renal, [any(_true(tree, a, x) for a in grid) for x in grid]),
    ):
        assert [any(point(x).inside(p) for p in values.may) for x in grid] == let_in
        assert values.surely == values.may
