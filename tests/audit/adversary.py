"""Exports as an enemy of every shortcut would write them: keys twice, wrong types, broken and foreign bytes.

What it doesn't write is what a scan may overlook, and says so: faults inside a line that nobody needs and
whose decisive keys are sound.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from tests.audit.exports import BACLOFEN, LISINOPRIL, PEOPLE, SEARCHED, Mischief

CKD = {"coding": [{"system": "http://snomed.info/sct", "code": "709044004"}]}
ODD = (None, 5, True, "baclofen", [], {}, [{"text": "baclofen"}], [1], "", {"coding": "x"}, {"text": 7}, 1.5)
STRAYS = ("}", "{", '"', '\\"', "}}", '{"', '\\"medicationCodeableConcept\\":{', "\\\\", "]", "[")
ESCAPED = (
    "subject",
    "code",
    "status",
    "medicationCodeableConcept",
    "resourceType",
    "baclofen",
    "98979-8",
    "a",
)


class Adversary(Mischief):
    """Writes the lines of one export; the same for the same seed."""

    def lines(self, most: int = 25) -> dict[str, list[bytes]]:
        """File name → lines."""
        d = self.dice
        made = {
            "Medication.000.ndjson": [self.drug_line(n) for n in range(4)],
            "Patient.000.ndjson": [self.person_line(p) for p in PEOPLE],
            "MedicationRequest.000.ndjson": [self.order_line(n) for n in range(d.randint(1, most))],
            "Observation.000.ndjson": [self.lab_line(n) for n in range(d.randint(1, most))],
            "Condition.000.ndjson": [self.fact_line(self.condition(n)) for n in range(d.randint(1, 10))],
            "MedicationStatement.000.ndjson": [self.fact_line(self.r5(self.statement(n))) for n in range(3)],
            "AllergyIntolerance.000.ndjson": [self.fact_line(self.allergy(n)) for n in range(3)],
            "Procedure.000.ndjson": [self.fact_line(self.procedure(n)) for n in range(3)],
            "Encounter.000.ndjson": [self.encounter_line(n) for n in range(4)],
            "RequestGroup.000.ndjson": [self.written(self.group(n)) for n in range(d.choice((0, 0, 1, 4)))],
            "ServiceRequest.000.ndjson": [self.fact_line(self.service(n)) for n in range(d.choice((0, 2)))],
        }
        if d.random() < 0.25:
            mixed = [line for some in made.values() for line in some]
            d.shuffle(mixed)
            made = {"all.ndjson": mixed}
        elif d.random() < 0.25:  # a stray of another phase
            source, target = d.sample(sorted(name for name in made if made[name]), 2)
            made[target].insert(d.randint(1, len(made[target])), made[source].pop())
        for name, some in made.items():
            if some and d.random() < 0.3:
                empty = () if name.startswith(SEARCHED) else (b"{}",)
                stray = d.choice((b"", b" \t", b"[1]", b'"x"', b"nul", b"{", *empty))
                some.insert(d.randint(0, len(some)), stray)
            if some and d.random() < 0.3:
                some.insert(d.randint(0, len(some)), self.no_resource(name))
            if some and d.random() < 0.3:
                some.append(self.told_twice())
        return {name: some for name, some in made.items() if some}

    def coding(self) -> dict[str, Any]:
        """As it may be; often of a drug that nobody knows."""
        return {"text": "Examplinum 5 mg"} if self.dice.random() < 0.4 else super().coding()

    # -- one resource a line ----------------------------------------------------------------------

    def order_line(self, number: int) -> bytes:
        """A MedicationRequest."""
        d = self.dice
        order = self.r5(self.order(number))
        how = d.random()
        if how < 0.1:
            order[d.choice(("medicationCodeableConcept", "medicationReference", "medication"))] = d.choice(
                ODD
            )
        elif how < 0.2:
            order[d.choice(("subject", "patient", "status", "doNotPerform"))] = d.choice(ODD)
        elif how < 0.25:
            order["contained"] = d.choice((None, [], {}, [5], [self.order(90)], [self.person("in")]))
        elif how < 0.3:  # the drug of another object, and none of its own
            for key in ("medicationCodeableConcept", "medicationReference", "medication", "contained"):
                order.pop(key, None)
            order["foo"] = {"medicationCodeableConcept": {"coding": [d.choice((BACLOFEN, LISINOPRIL))]}}
        elif how < 0.35:
            order["resourceType"] = d.choice((None, 5, "X", "Observation", "medicationrequest", ["x"]))
            return self.written(order)
        line = self.written(order)
        if d.random() < 0.15:
            line = self.twice(line, ("medicationCodeableConcept", "medicationReference", "medication"))
        return self.broken(line) if d.random() < 0.1 else line

    def fact_line(self, fact: dict[str, Any]) -> bytes:
        """Anything that says something of a patient."""
        d = self.dice
        if d.random() < 0.15:
            fact[d.choice(("subject", "code", "resourceType"))] = d.choice(ODD)
            return self.written(fact)
        line = self.written(fact)
        if d.random() < 0.1:
            line = self.twice(line, ("subject", "patient"))
        return self.broken(line) if d.random() < 0.1 else line

    def person_line(self, ident: str) -> bytes:
        """A Patient."""
        d = self.dice
        person = self.person(ident) | {"contact": [{"id": "x"}]}
        if d.random() < 0.1:
            person["id"] = d.choice(ODD)
        line = self.written(person)
        if d.random() < 0.1:
            line = self.twice(line, ("id",))
        return self.broken(line) if d.random() < 0.1 else line

    def drug_line(self, number: int) -> bytes:
        """A Medication."""
        d = self.dice
        drug = self.medication(f"m{number}", self.coding())
        if d.random() < 0.2:
            drug[d.choice(("code", "id", "status", "ingredient", "contained"))] = d.choice(ODD)
        return self.broken(self.written(drug)) if d.random() < 0.1 else self.written(drug)

    def lab_line(self, number: int) -> bytes:
        """An Observation. Its bytes are searched, so only its ends may be broken."""
        d = self.dice
        lab = self.lab(number)
        code = d.choice(("98979-8", "98979-8", "8867-4"))
        said: Any = {
            "system": "http://loinc.org",
            "code": d.choice((code, f" {code}", f"{code}\u00a0", f"\t{code}")),
        }
        how = d.random()
        if how < 0.2:
            lab["code"] = d.choice(
                (said, {"coding": said}, {"coding": [said, 5]}, code, {"coding": [{"code": 8}]})
            )
        elif how < 0.3:
            lab["component"] = [{"code": {"coding": [said]}, "valueQuantity": lab.pop("valueQuantity")}]
        elif how < 0.6:
            lab["code"] = {"coding": [said]}
        if d.random() < 0.1:
            lab["contained"] = [self.order(80 + number) if d.random() < 0.3 else self.person("in")]
        if d.random() < 0.1:
            lab["subject"] = d.choice(ODD)
        line = self.written(lab)
        return line.rstrip(b"} ") if d.random() < 0.05 else line

    def encounter_line(self, number: int) -> bytes:
        """A type that nobody needs, with what somebody may need inside."""
        d = self.dice
        visit = {"resourceType": "Encounter", "id": f"e{number}", "status": "finished", "subject": self.who()}
        if d.random() < 0.2:
            visit["contained"] = [d.choice((self.order(70 + number), self.person("in")))]
        return self.written(visit)

    def allergy(self, number: int) -> dict[str, Any]:
        """An AllergyIntolerance."""
        return {
            "resourceType": "AllergyIntolerance",
            "id": f"a{number}",
            "patient": self.who(),
            "code": self.coding(),
        }

    def procedure(self, number: int) -> dict[str, Any]:
        """A Procedure."""
        code = self.dice.choice((CKD, {"text": "dialysis"}, {"text": "x"}))
        return {
            "resourceType": "Procedure",
            "id": f"p{number}",
            "status": "completed",
            "subject": self.who(),
            "code": code,
            "performedDateTime": "2026-01-01",
        }

    def r5(self, made: dict[str, Any]) -> dict[str, Any]:
        """Sometimes as R5 has it."""
        if self.dice.random() < 0.3 and "medicationCodeableConcept" in made:
            made["medication"] = {"concept": made.pop("medicationCodeableConcept")}
        return made

    # -- how it is written ------------------------------------------------------------------------

    def written(self, value: Any) -> bytes:
        """Any layout; strings full of brackets and quotes; escapes of letters in keys and values."""
        d = self.dice
        if isinstance(value, dict) and d.random() < 0.3:
            value = {**value, d.choice(("note", "zz", 'a"b', "ü")): "".join(d.choices(STRAYS, k=3))}
        if d.random() < 0.5:
            value = self.shuffled(value)
        spaces = d.choice(((",", ":"), (",", ":"), (", ", ": "), (" ,\t", "\r: ")))
        text = json.dumps(value, ensure_ascii=d.random() < 0.5, separators=spaces)
        if d.random() < 0.2:
            word = d.choice(ESCAPED)
            at = d.randrange(len(word))
            text = text.replace(word, f"{word[:at]}\\u{ord(word[at]):04x}{word[at + 1 :]}", d.choice((1, 9)))
        if d.random() < 0.05:
            text = text.replace('"text": "', '"text": "\\ud83d\\ude00 ', 1).replace(
                '"id":"', '"id":"\\u00fc', 1
            )
        line = text.encode()
        if d.random() < 0.05:
            line = d.choice((b"\xef\xbb\xbf", b" ")) + line
        return line + b" " if d.random() < 0.05 else line

    def twice(self, line: bytes, keys: tuple[str, ...]) -> bytes:
        """One of the keys once more, at either end."""
        d = self.dice
        key, inside = d.choice(keys), line.strip(b" \xef\xbb\xbf")[1:-1]
        value = d.choice(({"coding": [BACLOFEN]}, {"coding": [LISINOPRIL]}, {"reference": "Patient/a"}, "a"))
        member = f'"{key}":{json.dumps(value)}'.encode()
        return b"{%b,%b}" % ((member, inside) if d.random() < 0.5 else (inside, member))

    def broken(self, line: bytes) -> bytes:
        """No JSON any more, or more than one."""
        d = self.dice
        at = d.randrange(1, len(line))
        return d.choice(
            (
                line[:at],
                line[:at] + b"\xff" + line[at:],
                line[:at] + b"\x01" + line[at:],
                line + line,
                line + b"}",
                line[:-1] + b",}",
                line.rstrip()[:-1] + b',"nan":NaN}',
                line.rstrip()[:-1] + b',"half":"\\ud800"}',
                line.rstrip()[:-1] + b',"n":01}',
            )
        )


def write(folder: Path, seed: int) -> None:
    """One export in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    adversary = Adversary(seed)
    for name, lines in adversary.lines().items():
        end = b"\n" if adversary.dice.random() < 0.7 else b"\r\n"
        data = end.join(lines) + (end if adversary.dice.random() < 0.8 else b"")
        if adversary.dice.random() < 0.1:
            import gzip

            name, data = f"{name}.gz", gzip.compress(data, mtime=0)
        (folder / name).write_bytes(data)


def seeds(first: int, count: int) -> list[int]:
    """For trials outside of the tests."""
    return random.Random(first).sample(range(10**9), count)
