"""Exports as a mischievous server would write them: any order of keys, any blanks, escapes, containers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
BACLOFEN = {"system": RXNORM, "code": "197391", "display": "baclofen 10 MG Oral Tablet"}
LISINOPRIL = {"system": RXNORM, "code": "314076", "display": "lisinopril 10 MG Oral Tablet"}
PEOPLE = ("a", "b", "c", "d")
# What stands where the type of a resource should: none of them is one.
NO_TYPES = (
    *("medicationrequest", "MedicationRequest ", " Patient", "", "M", "X" * 65, "R\u00e9sum\u00e9", "A-B"),
    *(5, None, True, ["MedicationRequest"], {}, 1.5),
)
SEARCHED = ("Observation", "Encounter")  # that a line of such a file lacks its type may go unseen


class Mischief:
    """Writes the lines of one export; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def lines(self, most: int = 30) -> dict[str, list[bytes]]:
        """File name → lines."""
        d = self.dice
        drugs = [self.medication(f"m{n}", self.coding()) for n in range(4)]
        files: dict[str, list[dict[str, Any]]] = {
            "Medication.000.ndjson": drugs,
            "Patient.000.ndjson": [self.person(p) for p in PEOPLE if d.random() < 0.8],
            "MedicationRequest.000.ndjson": [self.order(n) for n in range(d.randint(1, most))],
            "Observation.000.ndjson": [self.lab(n) for n in range(d.randint(1, most))],
            "Condition.000.ndjson": [self.condition(n) for n in range(d.randint(1, 8))],
            "MedicationStatement.000.ndjson": [self.statement(n) for n in range(d.randint(1, 5))],
            "Encounter.000.ndjson": [
                {"resourceType": "Encounter", "id": f"e{n}", "status": "finished"} for n in range(3)
            ],
            "RequestGroup.000.ndjson": [self.group(n) for n in range(d.choice((0, 0, 1, 3)))],
            "ServiceRequest.000.ndjson": [self.service(n) for n in range(d.choice((0, 2)))],
        }
        if d.random() < 0.2:  # everything in one file
            mixed = [one for made in files.values() for one in made]
            d.shuffle(mixed)
            files = {"all.ndjson": mixed}
        elif d.random() < 0.2:  # a stray
            files["Observation.000.ndjson"].insert(0, files["MedicationRequest.000.ndjson"].pop())
        written = {name: [self.line(one) for one in made] for name, made in files.items() if made}
        for name, made in written.items():
            if d.random() < 0.2:
                made.insert(
                    d.randint(0, len(made)),
                    d.choice([b"", b"  ", made[0][:-9].rstrip(b"} \t"), b"[1]", b'"x"']),
                )
            if d.random() < 0.2:
                made.insert(d.randint(0, len(made)), self.no_resource(name))
            if d.random() < 0.2:
                made.append(self.told_twice())
        return written

    def no_resource(self, name: str) -> bytes:
        """An order whose type is none, for the file ``name``."""
        order = self.order(60) | {"resourceType": self.dice.choice(NO_TYPES)}
        if self.dice.random() < 0.2 and not name.startswith(SEARCHED):
            del order["resourceType"]
        return self.line(order)

    def told_twice(self) -> bytes:
        """A line that no rule needs, one of whose keys is there twice.

        The status that ends an order stands last: else the order goes on, maybe of a drug that nobody knows,
        and that its line is broken is told by ``--parse-all`` only.
        """
        d = self.dice
        made, key = d.choice(
            (
                (self.order(61) | {"status": "cancelled"}, "status"),
                (self.order(62) | {"status": "entered-in-error"}, "intent"),
                (self.condition(63) | {"code": {"text": "flu"}}, "subject"),
            )
        )
        value = {"reference": f"Patient/{d.choice(PEOPLE)}"} if key == "subject" else "active"
        again, inside = f'"{key}":{json.dumps(value)}'.encode(), json.dumps(made).encode()[1:-1]
        return b"{%b,%b}" % ((again, inside) if key == "status" or d.random() < 0.5 else (inside, again))

    def group(self, number: int) -> dict[str, Any]:
        """A RequestGroup of orders that are there, covered or not, and of some that are not."""
        d = self.dice
        actions = [self.action() for _ in range(d.randint(1, 3))]
        if d.random() < 0.3:
            actions = [{"title": "all of it", "action": actions}, self.action()]
        kind = d.choice(("RequestGroup", "RequestGroup", "RequestOrchestration"))
        made = {"resourceType": kind, "id": f"g{number}", "status": "active", "intent": "order"}
        made["action"] = actions
        return made | ({"subject": self.who()} if d.random() < 0.9 else {})

    def action(self) -> dict[str, Any]:
        """One that names an order, or something else."""
        d = self.dice
        base = d.choice(("", "", "https://example.org/fhir/"))
        named = d.choice((*[f"MedicationRequest/o{d.randint(0, 12)}"] * 4, "MedicationRequest/x",
                          f"ServiceRequest/r{d.randint(0, 2)}", f"Condition/c{d.randint(0, 3)}"))  # fmt: skip
        return {"title": "do", "resource": {"reference": base + named}}

    def service(self, number: int) -> dict[str, Any]:
        """A ServiceRequest."""
        made = {"resourceType": "ServiceRequest", "id": f"r{number}", "status": "active", "intent": "order"}
        return made | {"code": {"text": "creatinine"}, "subject": self.who()}

    def coding(self) -> dict[str, Any]:
        """A concept that names a drug, or doesn't, in all the ways there are."""
        d = self.dice
        return d.choice(
            [
                {"coding": [BACLOFEN]},
                {"coding": [BACLOFEN], "text": "x"},
                {"coding": [{"code": "197391", "system": RXNORM}]},
                {"coding": [{"code": 197391, "system": RXNORM}]},
                {"coding": [{"code": " 197391", "system": RXNORM}]},
                {"text": "take BACLOFEN"},
                {"text": "Baclof\u00e9n 10 mg"},
                {"text": "bac\u00adlofen"},
                {"coding": [LISINOPRIL, {**BACLOFEN, "system": "urn:x"}]},
                *[{"coding": [LISINOPRIL]}] * 6,
                {"coding": [LISINOPRIL], "text": "lisinopril"},
                {"coding": [{"system": RXNORM, "code": "314076"}]},
                {"coding": [{"system": "urn:local", "code": "314076"}]},
                {"text": " "},
                {"text": '{weird} "quoted" \\ drug'},
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                            "code": "unknown",
                            "display": "Unknown",
                        }
                    ]
                },
                {"coding": [{"extension": [{"url": "x", "valueCoding": BACLOFEN}], **LISINOPRIL}]},
                {},
            ]
        )

    def medication(self, ident: str, code: dict[str, Any]) -> dict[str, Any]:
        """A Medication."""
        made: dict[str, Any] = {"resourceType": "Medication", "id": ident, "code": code}
        if self.dice.random() < 0.3:
            made["ingredient"] = [{"itemCodeableConcept": self.coding()}]
        return made

    def who(self) -> dict[str, Any]:
        """A subject."""
        d = self.dice
        person = d.choice(PEOPLE)
        return d.choice(
            [
                *[{"reference": f"Patient/{person}"}] * 5,
                {"reference": f"https://example.org/fhir/Patient/{person}"},
                {"display": "x", "reference": f"Patient/{person}"},
                {"reference": f"Patient/{person}/_history/1"},
                {"identifier": {"system": "urn:ids", "value": person}},
                {"reference": "urn:uuid:0b9c0a44-0000-4000-8000-000000000001"},
            ]
        )

    def order(self, number: int) -> dict[str, Any]:
        """A MedicationRequest."""
        d = self.dice
        made: dict[str, Any] = {
            "resourceType": "MedicationRequest",
            "id": f"o{number}",
            "status": d.choice(
                ("active", "active", "stopped", "cancelled", "entered-in-error", " cancelled")
            ),
            "intent": "order",
            "subject": self.who(),
            "authoredOn": f"2026-0{d.randint(1, 9)}-01",
            "requester": {"reference": f"Practitioner/{d.randint(1, 2)}"},
            "dosageInstruction": [
                {
                    "text": d.choice(("as told", "three \u00d7 daily", "see baclofen leaflet")),
                    "timing": {"repeat": {"frequency": d.randint(1, 4), "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [
                        {
                            "doseQuantity": {
                                "value": d.choice((5, 10, 40)),
                                "unit": "{tablet}",
                                "system": "http://unitsofmeasure.org",
                                "code": "mg",
                            }
                        }
                    ],
                }
            ],
        }
        how = d.random()
        if how < 0.5:
            made["medicationCodeableConcept"] = self.coding()
        elif how < 0.7:
            ident = f"m{d.randint(0, 5)}"
            made["medicationReference"] = {
                "reference": d.choice(("Medication/", "http://x.org/Medication/")) + ident
            }
            if d.random() < 0.3:
                made["medicationReference"]["display"] = d.choice(("baclofen", "something"))
        elif how < 0.8:
            made["contained"] = [{"resourceType": "Medication", "id": "in", "code": self.coding()}]
            made["medicationReference"] = {"reference": "#in"}
        elif how < 0.9:
            made["medication"] = d.choice(
                ({"concept": self.coding()}, {"reference": {"reference": "Medication/m1"}})
            )
        elif how < 0.95:
            made["medicationCodeableConcept"] = self.coding()
            made["medicationReference"] = {"reference": "Medication/m2"}
        if d.random() < 0.1:
            made["doNotPerform"] = d.choice((True, False))
        if d.random() < 0.1:
            made["extension"] = [
                {"url": "urn:x", "medicationCodeableConcept": self.coding(), "status": "cancelled"}
            ]
        if d.random() < 0.3:
            made["reasonReference"] = [{"reference": f"Condition/c{d.randint(0, 8)}"}]
        if d.random() < 0.1:
            made["priorPrescription"] = {"reference": f"MedicationRequest/o{d.randint(0, 30)}"}
        if d.random() < 0.05:
            del made["subject"]
        return made

    def person(self, ident: str) -> dict[str, Any]:
        """A Patient."""
        return {
            "resourceType": "Patient",
            "id": ident,
            "gender": "female",
            "birthDate": f"19{self.dice.randint(20, 99)}-05-04",
        }

    def lab(self, number: int) -> dict[str, Any]:
        """An Observation."""
        d = self.dice
        code = d.choice(("98979-8", " 98979-8", "8867-4", "2160-0"))
        unit = "mL/min/{1.73_m2}" if "9897" in code else "mg/dL" if code == "2160-0" else "/min"
        return {
            "resourceType": "Observation",
            "id": f"l{number}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": self.who(),
            "effectiveDateTime": f"2026-0{d.randint(1, 9)}-02",
            "valueQuantity": {
                "value": d.randint(1, 90),
                "unit": unit,
                "system": "http://unitsofmeasure.org",
                "code": unit,
            },
        }

    def condition(self, number: int) -> dict[str, Any]:
        """A Condition."""
        d = self.dice
        code = d.choice(
            (
                {"coding": [{"system": "http://snomed.info/sct", "code": "709044004"}]},
                {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "N18.4"}]},
                {"text": "chronic kidney disease stage 4"},
                {"text": "flu"},
            )
        )
        return {"resourceType": "Condition", "id": f"c{number}", "code": code, "subject": self.who()}

    def statement(self, number: int) -> dict[str, Any]:
        """A MedicationStatement."""
        return {
            "resourceType": "MedicationStatement",
            "id": f"s{number}",
            "status": "active",
            "subject": self.who(),
            "medicationCodeableConcept": self.coding(),
            "effectiveDateTime": "2026-01-01",
        }

    def line(self, value: dict[str, Any]) -> bytes:
        """The value as one line, with any layout that JSON allows."""
        d = self.dice
        how = d.random()
        if how < 0.5:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        value = self.shuffled(value)
        if how < 0.7:
            return json.dumps(value, ensure_ascii=False).encode()
        if how < 0.8:
            return json.dumps(value, separators=(" ,\t", " : ")).encode() + b" "
        if how < 0.9:
            return json.dumps(value).replace("/", "\\/").encode()
        text = json.dumps(value)
        for letter in d.sample("abcdeiors", 2):
            text = text.replace(letter, f"\\u{ord(letter):04x}", 3) if d.random() < 0.5 else text
        try:  # only where the escapes fell into strings
            return text.encode() if json.loads(text) == value else json.dumps(value).encode()
        except ValueError:
            return json.dumps(value).encode()

    def shuffled(self, value: Any) -> Any:
        """The same with its keys in another order."""
        if isinstance(value, dict):
            keys = list(value)
            self.dice.shuffle(keys)
            return {k: self.shuffled(value[k]) for k in keys}
        return [self.shuffled(v) for v in value] if isinstance(value, list) else value


def write(folder: Path, seed: int) -> None:
    """One export in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    mischief = Mischief(seed)
    for name, lines in mischief.lines().items():
        end = b"\n" if mischief.dice.random() < 0.8 else b"\r\n"
        data = end.join(lines) + (end if mischief.dice.random() < 0.8 else b"")
        if mischief.dice.random() < 0.1:
            import gzip

            name, data = f"{name}.gz", gzip.compress(data, mtime=0)
        (folder / name).write_bytes(data)
