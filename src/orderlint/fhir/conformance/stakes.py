"""What a verdict rests on: the elements of each resource type whose faults are errors.

A fault elsewhere is a warning: nobody's work may be stopped by what no verdict rests on.
"""

from __future__ import annotations

# The status of a definition is none of them: it says whether the definition is published, not whether
# somebody takes the drug.
#
# Paths from the resource, without indices; "*" ends a choice of types ("medication*" is medication[x],
# and R5's medication). Names of R4 and R5 stand side by side.
_DISPENSE = (
    "dispenseRequest.quantity",
    "dispenseRequest.expectedSupplyDuration",
    "dispenseRequest.numberOfRepeatsAllowed",
    "dispenseRequest.validityPeriod",
)
_ACTION = (
    "action.condition",
    "action.groupingBehavior",
    "action.selectionBehavior",
    "action.timing*",
)
_STAKES: dict[str, tuple[str, ...]] = {
    "ActivityDefinition": (
        "kind", "doNotPerform", "product*", "quantity", "dosage", "dynamicValue", "timing*",
        "useContext",
    ),
    "AllergyIntolerance": ("clinicalStatus", "verificationStatus", "code", "patient", "reaction.substance"),
    "Condition": (
        "clinicalStatus", "verificationStatus", "code", "subject", "onset*", "abatement*", "stage",
    ),
    "Medication": ("code", "form", "doseForm", "ingredient"),
    "MedicationAdministration": ("status", "medication*", "subject", "effective*", "occurence*", "dosage"),
    "MedicationDispense": (
        "status", "medication*", "subject", "quantity", "daysSupply", "whenPrepared", "whenHandedOver",
        "dosageInstruction",
    ),
    "MedicationRequest": (
        "status", "intent", "doNotPerform", "medication*", "subject", "authoredOn", "reasonCode",
        "reasonReference", "reason", "basedOn", "priorPrescription", "dosageInstruction", *_DISPENSE,
    ),
    "MedicationStatement": ("status", "medication*", "subject", "effective*", "dosage"),
    "Observation": (
        "status", "code", "subject", "effective*", "value*", "component.code", "component.value*",
    ),
    "Patient": ("birthDate", "deceased*", "gender"),
    "PlanDefinition": ("useContext", "action.definition*", "action.dynamicValue", *_ACTION),
    "Procedure": ("status", "code", "subject", "performed*", "occurrence*"),
    "RequestGroup": ("status", "intent", "subject", "action.resource", *_ACTION),
    "RequestOrchestration": (
        "status", "intent", "subject", "action.resource", "action.definition*", "action.dynamicValue",
        *_ACTION,
    ),
}  # fmt: skip
# Inside those, what is read for no verdict.
_SPARE = frozenset(
    ("assigner", "display", "extension", "id", "identifier", "modifierExtension", "userSelected", "version")
)


def rests(owner: str, within: tuple[str, ...]) -> bool:
    """Whether a verdict rests on the element ``within`` a resource of type ``owner``, or on a part of it."""
    if not _SPARE.isdisjoint(within):
        return False
    path = _path(within)
    return any(_meets(path, stake) for stake in _STAKES.get(owner, ()))


def looks_vital(owner: str, within: tuple[str, ...]) -> bool:
    """Whether an element that FHIR doesn't have may be meant for one that a verdict rests on.

    Inside such an element it may be anything; at the top its name tells ("dosageInstructions").
    """
    if len(within) > 1:
        return rests(owner, within) and not _only_above(owner, within[:-1])
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    names = {stake.split(".")[0].rstrip("*").lower() for stake in _STAKES.get(owner, ())}
    name = within[0].lower()
    if any(len(known) > 4 and (name.startswith(known) or known.startswith(name)) for known in names):
        return len(name) > 3
    return bool(get_close_matches(name, names, n=1, cutoff=0.85))


def _only_above(owner: str, within: tuple[str, ...]) -> bool:
    """The element holds one that a verdict rests on, and is none itself (dispenseRequest)."""
    path = _path(within)
    return not any(_meets(path, stake, above=False) for stake in _STAKES.get(owner, ()))


def _path(within: tuple[str, ...]) -> str:
    """Actions within actions count as one: "action.action.condition" is "action.condition"."""
    return ".".join(n for i, n in enumerate(within) if not (n == "action" and i and within[i - 1] == n))


def _meets(path: str, stake: str, *, above: bool = True) -> bool:
    if above and stake.startswith(path + "."):
        return True
    if stake.endswith("*"):
        return path.startswith(stake[:-1])
    return path == stake or path.startswith(stake + ".")
