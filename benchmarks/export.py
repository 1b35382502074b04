"""A synthetic bulk export of any size, the same for the same seed.

    python benchmarks/export.py DIR --gb 1.7 [--seed 1]

Shares of bytes and sizes of resources follow exports of synthetic records: Observation 61 % (1.1 kB
each), MedicationRequest 24 % (1.9 kB), Condition and Patient (1.0 and 2.9 kB) the rest. 3 % of the orders are of
a covered drug, 2 % of the observations a needed laboratory value, 30 % of the orders name their drug
by a Medication in another file; patients come in random order.

Orders are such as people write: words, structure, quantity and days of supply agree, most doses are
usual ones, one in ten is too high, has no end of its course or no dose at all. A tenth of the patients is
chronically ill; they get most of the covered drugs and of the laboratory values.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RXNORM, SNOMED, LOINC = (
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://snomed.info/sct",
    "http://loinc.org",
)
UCUM = "http://unitsofmeasure.org"
# RxNorm product, its name, mg of a tablet, usual tablets a time, usual times a day, usual days, weight
COVERED = (
    ("310430", "gabapentin 100 MG Oral Capsule", 100, (1,), (1, 2, 3), (5, 7, 10, 30), 30),
    ("197391", "baclofen 10 MG Oral Tablet", 10, (0.5, 0.5, 0.5, 1), (2, 3), (5, 7, 10, 30), 25),
    ("828348", "cyclobenzaprine hydrochloride 10 MG Oral Tablet", 10, (0.5, 1), (1, 2, 3), (5, 7, 14), 25),
    ("835603", "tramadol hydrochloride 50 MG Oral Tablet", 50, (1,), (2, 3, 4), (5, 7), 20),
)
OTHERS = (
    ("314076", "lisinopril 10 MG Oral Tablet"),
    ("860975", "24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet"),
    ("259255", "atorvastatin 80 MG Oral Tablet"),
    ("617310", "atorvastatin 20 MG Oral Tablet"),
    ("197361", "amlodipine 5 MG Oral Tablet"),
    ("308136", "amlodipine 2.5 MG Oral Tablet"),
    ("313782", "acetaminophen 325 MG Oral Tablet"),
    ("198051", "omeprazole 20 MG Delayed Release Oral Capsule"),
    ("849574", "naproxen sodium 220 MG Oral Tablet"),
    ("308182", "amoxicillin 250 MG Oral Capsule"),
    ("312961", "simvastatin 20 MG Oral Tablet"),
    ("966224", "levothyroxine sodium 0.075 MG Oral Tablet"),
)
NEEDED = (("98979-8", "GFR/1.73 sq M.predicted [CKD-EPI 2021]", "mL/min/{1.73_m2}", 15, 110),)
PLAIN = (
    ("8867-4", "Heart rate", "/min", 50, 110),
    ("9279-1", "Respiratory rate", "/min", 10, 24),
    ("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 60, 200),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 8, 18),
    ("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", 20, 90),
    ("8310-5", "Body temperature", "Cel", 35, 40),
)
STATED = (("709044004", "Chronic kidney disease"), ("40845000", "Gastrointestinal ulcer"))
USUAL = (
    ("59621000", "Essential hypertension"),
    ("195662009", "Acute viral pharyngitis"),
    ("444814009", "Viral sinusitis"),
    ("162864005", "Body mass index 30+ - obesity"),
    ("15777000", "Prediabetes"),
)
TIMES = {1: "once a day", 2: "twice a day", 3: "three times a day", 4: "four times a day"}
ADVICE = " Do not stop without asking. Keep out of the reach of children. May cause drowsiness."


def uuid(dice: random.Random) -> str:
    """A UUID out of the seed."""
    h = f"{dice.getrandbits(128):032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def day(dice: random.Random, first: int = 2019, last: int = 2025) -> str:
    """A moment as servers write it."""
    return f"{dice.randint(first, last)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:15:33-05:00"


def meta(kind: str) -> dict[str, Any]:
    """What servers add to every resource."""
    return {
        "versionId": "1",
        "lastUpdated": "2025-11-02T08:21:44.118+00:00",
        "source": "#hVJq1kYyB0l2mXwN",
        "profile": [f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{kind}"],
    }


def narrative(words: str, size: int) -> dict[str, str]:
    """A narrative of about ``size`` bytes."""
    text = (words + " - generated from the record; see the structured data below. ") * (size // 50 + 1)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text[:size]}</div>'}


class Export:
    """Makes resources of one export."""

    def __init__(self, seed: int, patients: int) -> None:
        self.dice = random.Random(seed)
        self.people = [uuid(self.dice) for _ in range(patients)]
        self.ill = self.people[: max(1, patients // 10)]
        self.dice.shuffle(self.people)
        self.medications = [(uuid(self.dice), code, name) for code, name in OTHERS] + [
            (uuid(self.dice), row[0], row[1]) for row in COVERED
        ]
        self.doctors = [uuid(self.dice) for _ in range(40)]

    def who(self, ill: float = 0.0) -> dict[str, str]:
        """Any of the patients; with the chance ``ill`` one of the chronically ill."""
        from_ = self.ill if self.dice.random() < ill else self.people
        return {"reference": f"Patient/{self.dice.choice(from_)}"}

    def patient(self, ident: str) -> dict[str, Any]:
        """One patient."""
        d = self.dice
        return {
            "resourceType": "Patient",
            "id": ident,
            "meta": meta("patient"),
            "text": narrative("A synthetic person", 700),
            "extension": [
                {
                    "url": f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{n}",
                    "extension": [
                        {
                            "url": "ombCategory",
                            "valueCoding": {
                                "system": "urn:oid:2.16.840.1.113883.6.238",
                                "code": "2106-3",
                                "display": "White",
                            },
                        },
                        {"url": "text", "valueString": "White"},
                    ],
                }
                for n in ("race", "ethnicity")
            ],
            "identifier": [
                {
                    "system": f"https://example.org/ids/{n}",
                    "type": {
                        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": n}]
                    },
                    "value": uuid(d),
                }
                for n in ("MR", "SS", "DL", "PPN")
            ],
            "name": [
                {
                    "use": "official",
                    "family": f"Family{d.randint(1, 999)}",
                    "given": [f"Given{d.randint(1, 999)}"],
                }
            ],
            "telecom": [
                {
                    "system": "phone",
                    "value": f"555-{d.randint(100, 999)}-{d.randint(1000, 9999)}",
                    "use": "home",
                }
            ],
            "gender": d.choice(("male", "female")),
            "birthDate": f"{d.randint(1925, 2005)}-{d.randint(1, 12):02}-{d.randint(1, 28):02}",
            "address": [
                {
                    "line": [f"{d.randint(1, 999)} Main Street"],
                    "city": "Springfield",
                    "state": "MA",
                    "postalCode": "01103",
                }
            ],
            "maritalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
                        "code": "M",
                        "display": "Married",
                    }
                ],
                "text": "Married",
            },
            "communication": [
                {
                    "language": {
                        "coding": [{"system": "urn:ietf:bcp:47", "code": "en-US", "display": "English"}]
                    }
                }
            ],
        }

    def observation(self) -> dict[str, Any]:
        """One laboratory value or vital sign."""
        d = self.dice
        needed = d.random() < 0.02
        code, name, unit, low, high = d.choice(NEEDED if needed else PLAIN)
        at = day(d)
        return {
            "resourceType": "Observation",
            "id": uuid(d),
            "meta": meta("observation-lab"),
            "status": "final",
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "laboratory",
                            "display": "Laboratory",
                        }
                    ]
                }
            ],
            "code": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
            "subject": self.who(0.8 if needed else 0.0),
            "encounter": {"reference": f"Encounter/{uuid(d)}"},
            "effectiveDateTime": at,
            "issued": at.replace(":33-", ":33.181-"),
            "valueQuantity": {
                "value": d.randint(low * 10, high * 10) / 10,
                "unit": unit,
                "system": UCUM,
                "code": unit,
            },
        }

    def condition(self) -> dict[str, Any]:
        """One diagnosis."""
        d = self.dice
        code, name = d.choice(STATED if d.random() < 0.02 else USUAL)
        return {
            "resourceType": "Condition",
            "id": uuid(d),
            "meta": meta("condition"),
            "clinicalStatus": {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
                ]
            },
            "verificationStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                        "code": "confirmed",
                    }
                ]
            },
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                            "code": "encounter-diagnosis",
                        }
                    ]
                }
            ],
            "code": {"coding": [{"system": SNOMED, "code": code, "display": name}], "text": name},
            "subject": self.who(),
            "encounter": {"reference": f"Encounter/{uuid(d)}"},
            "onsetDateTime": day(d, 2005, 2018),
            "recordedDate": day(d),
        }

    def order(self) -> dict[str, Any]:
        """One order."""
        d = self.dice
        covered = d.random() < 0.03
        if covered:
            code, name, mass, many, often, long, _ = d.choices(COVERED, [row[-1] for row in COVERED])[0]
            amount, times, days = d.choice(many), d.choice(often), d.choice(long)
            if d.random() < 0.1:
                amount, times = amount * 3, 4
        else:
            code, name = d.choice(OTHERS)
            mass, amount, times, days = 0, 1, d.randint(1, 2), d.choice((30, 90))
        if d.random() < 0.3:
            ident = next(i for i, c, _ in self.medications if c == code)
            drug: dict[str, Any] = {"medicationReference": {"reference": f"Medication/{ident}"}}
        else:
            drug = {
                "medicationCodeableConcept": {
                    "coding": [{"system": RXNORM, "code": code, "display": name}],
                    "text": name,
                }
            }
        if mass and d.random() < 0.7:
            dose: dict[str, Any] = {"value": mass * amount, "unit": "mg", "system": UCUM, "code": "mg"}
        else:
            form = "{capsule}" if "Capsule" in name else "{tablet}"
            dose = {"value": amount, "unit": form, "system": UCUM, "code": form}
        words = f"Take {dose['value']} {dose['unit'].strip('{}')} by mouth {TIMES[times]}." + ADVICE
        fate = d.random()
        bounds: dict[str, Any] = {"boundsDuration": {"value": days, "unit": "d", "system": UCUM, "code": "d"}}
        at = day(d)
        return {
            "resourceType": "MedicationRequest",
            "id": uuid(d),
            "meta": meta("medicationrequest"),
            "text": narrative(name, 300),
            "identifier": [{"system": "https://example.org/orders", "value": uuid(d)}],
            "status": d.choice(("active", "active", "stopped", "completed", "cancelled"))
            if d.random() < 0.2
            else "active",
            "intent": "order",
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category",
                            "code": "community",
                            "display": "Community",
                        }
                    ],
                    "text": "Community",
                }
            ],
            **drug,
            "subject": self.who(0.8 if covered else 0.0),
            "encounter": {"reference": f"Encounter/{uuid(d)}"},
            "authoredOn": at,
            "requester": {"reference": f"Practitioner/{d.choice(self.doctors)}"},
            "dosageInstruction": [
                {
                    "sequence": 1,
                    "text": words,
                    "asNeededBoolean": False,
                    "timing": {
                        "repeat": {
                            **({} if fate < 0.06 else bounds),
                            "frequency": times,
                            "period": 1,
                            "periodUnit": "d",
                        }
                    },
                    "route": {"coding": [{"system": SNOMED, "code": "26643006", "display": "Oral route"}]},
                    "doseAndRate": [
                        {
                            "type": {
                                "coding": [
                                    {
                                        "system": "http://terminology.hl7.org/CodeSystem/dose-rate-type",
                                        "code": "ordered",
                                        "display": "Ordered",
                                    }
                                ]
                            },
                            **({} if fate > 0.97 else {"doseQuantity": dose}),
                        }
                    ],
                }
            ],
            "dispenseRequest": {
                "numberOfRepeatsAllowed": 0 if covered else d.randint(0, 3),
                "quantity": {
                    "value": math.ceil(amount * times * days),
                    "unit": "{tablet}",
                    "system": UCUM,
                    "code": "{tablet}",
                },
                "expectedSupplyDuration": {"value": days, "unit": "d", "system": UCUM, "code": "d"},
            },
        }

    def medication(self) -> Iterator[dict[str, Any]]:
        """The formulary."""
        for ident, code, name in self.medications:
            yield {
                "resourceType": "Medication",
                "id": ident,
                "meta": meta("medication"),
                "code": {"coding": [{"system": RXNORM, "code": code, "display": name}], "text": name},
                "status": "active",
            }


def write(folder: Path, gb: float, seed: int = 1, cut: float = 0.5) -> None:
    """Write the export; a new file of each type every ``cut`` GB."""
    folder.mkdir(parents=True, exist_ok=True)
    export = Export(seed, max(20, int(gb * 1e9 * 0.075 / 2900)))
    people = iter(export.people)
    _files(folder, "Medication", (lambda it=export.medication(): next(it, None)), 1e9, cut)
    _files(folder, "Patient", lambda: export.patient(p) if (p := next(people, None)) else None, gb * 1e9, cut)
    _files(folder, "Condition", export.condition, gb * 1e9 * 0.075, cut)
    _files(folder, "MedicationRequest", export.order, gb * 1e9 * 0.24, cut)
    _files(folder, "Observation", export.observation, gb * 1e9 * 0.61, cut)


def _files(
    folder: Path, kind: str, make: Callable[[], dict[str, Any] | None], size: float, cut: float
) -> None:
    left, number = size, 0
    while left > 0:
        room = min(left, cut * 1e9)
        done = 0
        with (folder / f"{kind}.{number:03}.ndjson").open("w", encoding="utf-8") as file:
            while done < room:
                made = make()
                if made is None:
                    return
                line = json.dumps(made, separators=(",", ":")) + "\n"
                file.write(line)
                done += len(line)
        left -= done
        number += 1


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gb", type=float, default=1.7)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write(arguments.folder, arguments.gb, arguments.seed)


if __name__ == "__main__":
    main()
