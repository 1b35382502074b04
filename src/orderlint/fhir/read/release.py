"""Which release of FHIR a resource was written for, told from its shape.

FHIR resources seldom name their release, so elements that only one release has are the signs. Where
there is none, R4 is meant: R4 and R4B don't differ in what is read here.
"""

from __future__ import annotations

from orderlint.fhir.read.shape import Json

# Elements that only STU3 has, by resource type (of those that R4 renamed or dropped).
_STU3 = {
    "ActivityDefinition": ("contributor",),
    "AllergyIntolerance": ("assertedDate",),
    "Condition": ("context", "assertedDate", "abatementBoolean"),
    "Medication": ("isBrand", "isOverTheCounter", "package"),
    "MedicationAdministration": ("notGiven", "reasonNotGiven", "prescription"),
    "MedicationDispense": ("notDone", "notDoneReasonCodeableConcept", "notDoneReasonReference"),
    "MedicationRequest": ("context", "definition"),
    "MedicationStatement": ("taken", "reasonNotTaken"),
    "Observation": ("context", "comment", "related"),
    "Patient": ("animal",),
    "PlanDefinition": ("contributor",),
    "Procedure": ("context", "notDone", "notDoneReason", "definition"),
    "RequestGroup": ("context", "definition", "requisition"),
}
# Elements that only R5 has.
_R5 = {
    "ActivityDefinition": ("versionAlgorithmString", "versionAlgorithmCoding", "copyrightLabel"),
    "AllergyIntolerance": ("participant",),
    "Condition": ("participant",),
    "Medication": ("doseForm", "totalVolume", "marketingAuthorizationHolder", "definition"),
    "MedicationAdministration": ("medication", "reason", "occurenceDateTime", "occurencePeriod"),
    "MedicationDispense": ("medication", "statusChanged", "notPerformedReason"),
    "MedicationRequest": (
        "medication",
        "reason",
        "informationSource",
        "effectiveDosePeriod",
        "renderedDosageInstruction",
        "statusChanged",
        "device",
    ),
    "MedicationStatement": ("medication", "reason", "adherence", "renderedDosageInstruction"),
    "PlanDefinition": (
        "versionAlgorithmString",
        "versionAlgorithmCoding",
        "copyrightLabel",
        "actor",
        "asNeeded",
    ),
    "Procedure": ("occurrenceDateTime", "occurrencePeriod", "reason", "recorded"),
}
_R5_TYPES = frozenset(("MedicationUsage", "RequestOrchestration"))
_PLAIN_STATUS = ("AllergyIntolerance", "Condition")  # STU3 has codes where R4 has CodeableConcepts
_ON_THE_DOSAGE = ("doseQuantity", "doseRange", "doseSimpleQuantity", "rateRatio", "rateRange", "rateQuantity")
_DOSAGES = ("dosageInstruction", "dosage")


def release_of(resource: Json) -> str:
    """ "R4", "R5" or "STU3", whichever has the most signs; R4 where there is none. "R4" covers R4B."""
    stu3, r5 = len(stu3_signs(resource)), len(r5_signs(resource))
    if stu3 or r5:
        return "STU3" if stu3 > r5 else "R5"
    return _profile_release(resource) or "R4"


def stu3_signs(resource: Json) -> tuple[str, ...]:
    """Pointers of the elements that are written as only STU3 wrote them."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        return ()
    signs = [f"/{key}" for key in _STU3.get(kind, ()) if resource.get(key) is not None]
    for name, dosage, pointer in _dosages(resource):
        if kind == "MedicationAdministration" and name == "dosage":
            continue  # there the dose has always stood on the dosage itself
        signs += [f"{pointer}/{key}" for key in _ON_THE_DOSAGE if dosage.get(key) is not None]
    if kind in _PLAIN_STATUS:
        plain = ("clinicalStatus", "verificationStatus")
        signs += [f"/{key}" for key in plain if isinstance(resource.get(key), str)]
    requester = resource.get("requester")
    if isinstance(requester, dict) and "agent" in requester:
        signs.append("/requester/agent")
    if kind == "Medication":
        parts = _listed(resource, ("ingredient",))
        signs += [f"{at}/amount" for _, part, at in parts if part.get("amount") is not None]
    if kind == "ActivityDefinition":
        signs += _string_expressions(resource, "dynamicValue", "")
    if kind in ("PlanDefinition", "RequestGroup"):
        signs += _actions(resource, "", 0)
    return tuple(signs)


def r5_signs(resource: Json) -> tuple[str, ...]:
    """Pointers of the elements that are written as only R5 writes them ("" for the type itself)."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        return ()
    signs = [""] if kind in _R5_TYPES else []
    signs += [f"/{key}" for key in _R5.get(kind, ()) if resource.get(key) is not None]
    if kind == "MedicationRequest" and resource.get("status") == "ended":
        signs.append("/status")
    for _, dosage, pointer in _dosages(resource):
        signs += [f"{pointer}/{key}" for key in ("asNeeded", "asNeededFor") if dosage.get(key) is not None]
        if isinstance(dosage.get("maxDosePerPeriod"), list):
            signs.append(f"{pointer}/maxDosePerPeriod")
    if kind == "Medication":
        for _, ingredient, pointer in _listed(resource, ("ingredient",)):
            keys = ("item", "strengthRatio", "strengthQuantity", "strengthCodeableConcept")
            signs += [f"{pointer}/{key}" for key in keys if ingredient.get(key) is not None]
    return tuple(signs)


def _dosages(resource: Json) -> list[tuple[str, Json, str]]:
    return _listed(resource, _DOSAGES)


def _listed(resource: Json, keys: tuple[str, ...]) -> list[tuple[str, Json, str]]:
    found = []
    for key in keys:
        value = resource.get(key)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                found.append((key, item, f"/{key}/{index}"))
    return found


def _string_expressions(parent: Json, key: str, pointer: str) -> list[str]:
    """Expressions that are plain strings, as before R4 made them objects."""
    value = parent.get(key)
    return [
        f"{pointer}/{key}/{index}/expression"
        for index, item in enumerate(value if isinstance(value, list) else ())
        if isinstance(item, dict) and isinstance(item.get("expression"), str)
    ]


def _actions(parent: Json, pointer: str, depth: int) -> list[str]:
    value = parent.get("action")
    signs: list[str] = []
    for index, action in enumerate(value if isinstance(value, list) and depth < 100 else ()):
        if not isinstance(action, dict):
            continue
        where = f"{pointer}/action/{index}"
        signs += [f"{where}/{k}" for k in ("label", "triggerDefinition") if action.get(k) is not None]
        if isinstance(action.get("definition"), dict):
            signs.append(f"{where}/definition")
        signs += _string_expressions(action, "condition", where)
        signs += _string_expressions(action, "dynamicValue", where)
        signs += _actions(action, where, depth + 1)
    return signs


def _profile_release(resource: Json) -> str | None:
    """What the profiles say, where the shape says nothing: ".../STU3/...", "...|5.0.0"."""
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        if isinstance(profile, str):
            if "/STU3/" in profile or "/3.0/" in profile or profile.endswith(("|3.0.1", "|3.0.2")):
                return "STU3"
            if "/R5/" in profile or "/5.0/" in profile or profile.endswith("|5.0.0"):
                return "R5"
    return None
