"""Whatever is done to a good resource, every reader gives a value and raises nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.fhir.read import (
    activity,
    allergy,
    condition,
    medication,
    observation,
    order,
    patient,
    procedure,
    release,
    statement,
)
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.source.container import Resource
from orderlint.record import Place

UCUM = "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
MG = {"value": 10, "system": UCUM, "code": "mg", "unit": "mg"}
DAY = {"value": 1, "system": UCUM, "code": "d"}
CONCEPT = {
    "coding": [{"system": RXNORM, "code": "197391", "display": "baclofen 10 MG Oral Tablet"}],
    "text": "x",
}
REPEAT = {
    "boundsDuration": {"value": 7, "unit": "d"},
    "boundsPeriod": {"start": "2026-01-01", "end": "2026-01-07"},
    "boundsRange": {"low": DAY, "high": DAY},
    "count": 3,
    "duration": 1,
    "durationUnit": "h",
    "frequency": 3,
    "frequencyMax": 4,
    "period": Decimal("1.5"),
    "periodUnit": "d",
    "dayOfWeek": ["mon"],
    "timeOfDay": ["08:00:00"],
    "when": ["AC"],
    "offset": 30,
}
DOSAGE = {
    "sequence": 1,
    "text": "10 mg TID",
    "additionalInstruction": [CONCEPT],
    "timing": {"event": ["2026-01-01"], "repeat": REPEAT, "code": {"text": "BID"}},
    "asNeededBoolean": True,
    "asNeededFor": [CONCEPT],
    "route": {"text": "oral"},
    "doseAndRate": [
        {"type": CONCEPT, "doseQuantity": MG, "rateRatio": {"numerator": MG, "denominator": DAY}}
    ],
    "doseRange": {"low": MG, "high": MG},
    "maxDosePerPeriod": [{"numerator": MG, "denominator": DAY}],
    "maxDosePerAdministration": MG,
}
MEDICATION = {
    "resourceType": "Medication",
    "id": "m",
    "status": "active",
    "code": CONCEPT,
    "form": {"text": "tablet"},
    "amount": {"numerator": MG, "denominator": DAY},
    "contained": [{"resourceType": "Substance", "id": "s", "code": CONCEPT}],
    "ingredient": [
        {
            "itemReference": {"reference": "#s"},
            "strength": {"numerator": MG, "denominator": DAY},
            "isActive": True,
        },
        {"item": {"concept": CONCEPT, "reference": {"reference": "#m"}}, "strengthQuantity": MG},
    ],
}
ORDER = {
    "resourceType": "MedicationRequest",
    "status": "stopped",
    "intent": "order",
    "medicationCodeableConcept": CONCEPT,
    "medicationReference": {"reference": "#m", "display": "baclofen"},
    "medication": {"concept": CONCEPT, "reference": {"reference": "#m"}},
    "subject": {"reference": "Patient/1", "identifier": {"system": "a", "value": "b"}},
    "authoredOn": "2026-01-01",
    "statusChanged": "2026-01-01",
    "effectiveDosePeriod": {"start": "2026-01-01"},
    "reasonCode": [CONCEPT],
    "reason": [{"concept": CONCEPT, "reference": {"reference": "Condition/1"}}],
    "basedOn": [{"reference": "MedicationRequest/2"}],
    "groupIdentifier": {"value": "g"},
    "note": [{"text": "n"}],
    "category": [CONCEPT],
    "dosageInstruction": [DOSAGE],
    "dispenseRequest": {"quantity": MG, "expectedSupplyDuration": DAY, "numberOfRepeatsAllowed": 1},
    "extension": [{"url": "x", "valueDateTime": "2026"}],
}
ACTIVITY = {
    "resourceType": "ActivityDefinition",
    "status": "draft",
    "kind": "MedicationRequest",
    "productCodeableConcept": CONCEPT,
    "dosage": [DOSAGE],
    "timingTiming": {"repeat": REPEAT},
    "topic": [CONCEPT],
    "dynamicValue": [{"path": "p", "expression": {"language": "text/cql", "expression": "e"}}],
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
    "effectiveDateTime": "2026-01-01",
    "effectiveTiming": {"event": ["2026-01-01"]},
    "valueQuantity": {"value": 1, "unit": "mg/dL", "comparator": "<"},
    "valueString": ">60",
    "referenceRange": [{"low": {"unit": "mg/dL"}}],
    "component": [{"code": {"coding": [{"code": "33914-3"}]}, "valueInteger": 45}],
}
CONDITION = {
    "resourceType": "Condition",
    "code": CONCEPT,
    "clinicalStatus": CONCEPT,
    "verificationStatus": "confirmed",
    "onsetDateTime": "2020",
    "abatementPeriod": {"end": "2021"},
    "recordedDate": "2020",
}
PATIENT = {"resourceType": "Patient", "birthDate": "1950-01-01", "gender": "male", "deceasedDateTime": "2026"}
PROCEDURE = {
    "resourceType": "Procedure",
    "status": "completed",
    "code": CONCEPT,
    "performedPeriod": {"start": "2020"},
}
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "code": CONCEPT,
    "clinicalStatus": CONCEPT,
    "reaction": [{"substance": CONCEPT}],
}
DISPENSE = {
    "resourceType": "MedicationDispense",
    "status": "completed",
    "medicationCodeableConcept": CONCEPT,
    "whenHandedOver": "2026-01-01",
    "daysSupply": DAY,
    "adherence": {"code": CONCEPT},
}

Reader = Callable[[dict[str, Any], medication.Resolve], object]


def _faulty(read: Callable[..., object]) -> Reader:
    return lambda value, _: read(value, "X/1", Faults())


READERS: list[tuple[dict[str, Any], Reader]] = [
    (ORDER, lambda v, _: order.read_order(v).written_instructions),
    (ORDER, medication.identify),
    (ACTIVITY, lambda v, _: (activity.read_activity(v), activity.orders_medication(v))),
    (ACTIVITY, medication.identify),
    (MEDICATION, lambda v, _: medication.identify(ORDER, lambda _ref: _resource(v))),
    (OBSERVATION, _faulty(observation.labs)),
    (CONDITION, _faulty(condition.condition)),
    (PATIENT, lambda v, _: patient.person(v, Faults())),
    (PROCEDURE, _faulty(procedure.procedure)),
    (ALLERGY, _faulty(allergy.allergy)),
    (DISPENSE, lambda v, resolve: statement.statement(v, "X/1", resolve, Faults())),
]


def _resource(value: dict[str, Any]) -> Resource:
    return Resource(value, "Medication", "m", Place("f", ""), None, ("f",))


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.sampled_from([Decimal("1e999999999"), Decimal("-0.5"), Decimal("1E-999999"), Decimal(3)])
    | st.text(max_size=8)
    | st.sampled_from(["2026-01-01", "active", "mg", "#m", "entered-in-error", "true", "\ud800", "\x1b[31m"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "code", "coding", "text", "reference", "concept", "extension", "url"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def _places(value: object) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    found: list[tuple[Any, Any]] = []
    keys: Any = (
        value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        found.append((value, key))
        found += _places(value[key])  # type: ignore[index]
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_mutation_of_a_good_resource_raises(data: st.DataObject) -> None:
    good, read = data.draw(st.sampled_from(READERS))
    value = copy.deepcopy(good)
    for _ in range(data.draw(st.integers(1, 4))):
        places = _places(value)
        if not places:
            break
        container, key = data.draw(st.sampled_from(places))
        how = data.draw(st.sampled_from(["replace", "delete", "wrap", "shadow"]))
        if how == "replace":
            container[key] = data.draw(ODD)
        elif how == "wrap":
            container[key] = [container[key]]
        elif how == "delete":
            del container[key]
        elif isinstance(container, dict):
            container["_" + str(key)] = data.draw(ODD)
    target = _resource(MEDICATION)
    read(value, lambda reference: target if reference == "#m" else None)
    release.release_of(value)
    release.stu3_signs(value)


@settings(max_examples=150, deadline=None)
@given(ODD, st.sampled_from(READERS))
def test_no_value_in_the_place_of_every_element_raises(
    odd: object, chosen: tuple[dict[str, Any], Reader]
) -> None:
    good, read = chosen
    for key in good:
        read({**good, key: odd}, lambda _: None)
    release.release_of(dict.fromkeys(good, odd) | {"resourceType": good["resourceType"]})
