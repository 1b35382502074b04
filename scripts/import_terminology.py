"""Make the generated tables of ``orderlint.terminology`` from the source tables of a folder.

    python scripts/import_terminology.py FOLDER

FOLDER holds drugs.csv, products.csv, conditions.csv, labs.csv and timing.csv. What is left out, renamed
or added is written in ``scripts/terminology_additions``; the other tables of
``src/orderlint/terminology/data`` are kept by hand. Prints what it dropped, and why.
"""

# ruff: noqa: T201 - a script talks
from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from orderlint.terminology.forms import form_in
from orderlint.terminology.routes import stated_route
from orderlint.terminology.strengths import NameStrength, Part, strengths_in_name

HERE = Path(__file__).parent
ADDED = HERE / "terminology_additions"
DATA = HERE.parent / "src" / "orderlint" / "terminology" / "data"
RENAMED = {"albumin human, USP": "albumin human"}
GROUPS = {"interacting CYP1A2 inhibitor": "strong-cyp1a2-inhibitor", "other": ""}
INTRATHECAL = {"baclofen"}
KEPT_TIERS = ("core", "core (check display)", "swept-by-display (review)")
UNITS = {
    "tablet": "{tablet}",
    "capsule": "{capsule}",
    "film": "{film}",
    "oral strip": "{film}",
    "patch": "{patch}",
}

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, header: Iterable[str], table: Iterable[Sequence[object]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(list(header))
        writer.writerows(table)


def _by_ingredient(name: list[str]) -> tuple[str, str, str]:
    return name[1], name[2], name[0].casefold()


def _by_number(row: list[str]) -> int:
    return int(row[0])


def canonical(ingredient: str) -> str:
    return RENAMED.get(ingredient, ingredient).casefold()


def drugs(folder: Path) -> None:
    table: dict[str, list[str]] = {}
    codes: dict[tuple[str, str], list[str]] = {}
    names: dict[str, list[str]] = {}
    source = read(folder / "drugs.csv")
    listed = {row["name"].casefold() for row in read(ADDED / "drug_names.csv")}
    for row in source:
        ingredient = canonical(row["ingredient"])
        group = GROUPS.get(row["group"], row["group"].replace(" ", "-"))
        table[ingredient] = [ingredient, group, "intrathecal" if ingredient in INTRATHECAL else ""]
        codes["rxnorm", row["rxnorm_in_cui"]] = [ingredient, "", "RxNorm"]
        for cell in filter(None, row["salt_or_precise_ingredients(rxcui:name)"].split("|")):
            code, _, salt = cell.partition(":")
            holds = "gabapentin enacarbil" if "enacarbil" in salt else ingredient
            codes["rxnorm", code] = [holds, salt, "RxNorm"]
        for code in filter(None, row["atc_codes"].split("|")):
            codes["atc", code] = [ingredient, "", "WHO ATC index 2026"]
        for cell in filter(None, row["snomed_substance"].split("|")):
            found = re.fullmatch(r"(\d+)(?:\((\w+)\))?", cell)
            if found:
                codes["snomed", found[1]] = [ingredient, found[2] or "", "SNOMED CT substance"]
        names[ingredient] = [ingredient, ingredient, "name", "", "", "", "RxNorm"]
        evidence = row["brand_status"].partition(";")[0]
        for brand in filter(None, row["brands"].split("|")):
            plain = re.sub(r"\s*\(.*\)", "", brand)
            where = "RxNorm names" if brand in evidence else "brand list, not verified"
            names.setdefault(plain.casefold(), [plain, ingredient, "brand", "", "", "", where])
        for other in filter(None, row["misspellings_synonyms"].split("|")):
            if other.casefold() not in listed:
                entry = [other, ingredient, "misspelling", "", "", "", "source table"]
                names.setdefault(other.casefold(), entry)
    table["gabapentin enacarbil"] = ["gabapentin enacarbil", "gabapentinoid", ""]
    for row in read(ADDED / "drugs.csv"):
        ingredient = row["ingredient"]
        table[ingredient] = [ingredient, row["groups"], ""]
        where = "WHO ATC index 2026" if row["atc"] else "RxNorm"
        names[ingredient] = [ingredient, ingredient, "name", "", "", "", where]
        for other in filter(None, row["synonyms"].split("|")):
            names[other] = [other, ingredient, "synonym", "", "", "", where]
        if row["rxnorm"]:
            codes["rxnorm", row["rxnorm"]] = [ingredient, "", "RxNorm"]
        for code in row["atc"].split():
            codes["atc", code] = [ingredient, "", "WHO ATC index 2026"]
    for row in read(ADDED / "drug_codes.csv"):
        codes[row["system"], row["code"]] = [row["ingredient"], row["what"], row["source"]]
    names.update(brands(folder))
    for row in read(ADDED / "drug_names.csv"):
        names[row["name"].casefold()] = [*row.values()]
    codes.pop(("rxnorm", ""), None)
    write("drugs", ("ingredient", "groups", "injection_route"), sorted(table.values()))
    write(
        "drug_codes",
        ("system", "code", "ingredient", "what", "source"),
        sorted([*key, *value] for key, value in codes.items()),
    )
    by_ingredient = sorted(names.values(), key=_by_ingredient)
    write(
        "drug_names",
        ("name", "ingredients", "kind", "combination", "release", "route", "source"),
        by_ingredient,
    )


def brands(folder: Path) -> dict[str, list[str]]:
    """Brands of the products' names. Of lidocaine's many only those that say so."""
    seen: dict[str, list[Row]] = {}
    for row in read(folder / "products.csv"):
        brand = re.sub(r"\s+Reformulated .*$", "", row["brand"])
        if not brand or re.search(r"\d+ ?M[CG]+|Kit$|Pack$", brand):
            continue
        if canonical(row["ingredient"]) == "lidocaine" and not re.search(
            r"lido|caine|synera|lmx|glydo|pliaglis|oraqix", brand, re.IGNORECASE
        ):
            continue
        seen.setdefault(brand.casefold(), []).append({**row, "brand": brand})
    found = {}
    for key, rows in seen.items():
        ingredients = sorted({canonical(row["ingredient"]) for row in rows})
        releases = {row["release"] for row in rows}
        release = releases.pop() if len(releases) == 1 else ""
        found[key] = [
            rows[0]["brand"],
            "|".join(ingredients),
            "brand",
            "yes" if all(row["single_or_combination"] == "combination" for row in rows) else "",
            release if release in ("ER", "ODT") else "",
            "",
            "RxNorm names",
        ]
    return found


def products(folder: Path) -> None:
    """Parts are read from the RxNorm name and must agree with the strength of the source table."""
    by_code: dict[str, list[Row]] = {}
    for row in read(folder / "products.csv"):
        by_code.setdefault(row["rxcui"], []).append(row)
    table: list[list[str]] = []
    told: Counter[str] = Counter()
    for code, rows in by_code.items():
        row = rows[0]
        doubtful = "UNVERIFIED" in row["currency"]
        ingredients = [canonical(r["ingredient"]) for r in rows]
        read_name = strengths_in_name(row["name"].replace("?", "")) if not doubtful else None
        parts: tuple[Part, ...] = ()
        form, route = "", ""
        if read_name is not None:
            parts, form, route = read_name.parts, read_name.dose_form or "", read_name.route or ""
            if row["single_or_combination"] != "pack":
                for one in rows:
                    check(one, read_name)
        if doubtful:
            name = re.sub(r"\?.*|NDC.*", "", row["name"]).strip()
            found = form_in(row["dose_form"] or name)
            form, route = (found.unit or "", found.route or "") if found else ("", row["route_inferred"])
            told["doubtful: ingredient certain, strength not verified"] += 1
        elif row["single_or_combination"] == "pack":
            name, parts, form, route = row["name"], (), "", ""
            told["pack: no single strength"] += 1
        else:
            name = row["name"]
        if row["route_inferred"] == "intrathecal":
            route = "intrathecal"
        if row["route_inferred"].startswith("intravenous"):
            route = "intravenous"
        cells = ";".join("|".join(map(str, p)) for p in parts)
        if not parts and not doubtful and row["single_or_combination"] != "pack":
            print("no strength:", code, row["name"], read_name.problem if read_name else "")
        tail = ["", "yes"] if doubtful else [row["release"], ""]
        table.append([code, name, "|".join(ingredients), cells, form, route, *tail])
    by_number = sorted(table, key=_by_number)
    write(
        "products",
        ("rxcui", "name", "ingredients", "parts", "dose_form", "route", "release", "doubtful"),
        by_number,
    )
    print("products:", len(table), dict(told))


def check(row: Row, found: NameStrength) -> None:
    """Say where the parser and the source table disagree about one ingredient."""
    parts = [p for p in found.parts if p.ingredient == canonical(row["ingredient"])]
    if len(parts) != 1:
        print("parts?", row["rxcui"], row["name"], row["ingredient"], found)
        return
    part = parts[0]
    if row["strength_value"] and part.value / part.per_value != Fraction(row["strength_value"]):
        print("value?", row["rxcui"], row["name"], row["strength_value"], part)
    below = {"mL": "mL", "mg": "mg", **UNITS}.get(row["per"])
    if below and part.per_unit != below:
        print("per?", row["rxcui"], row["name"], row["per"], part)


def conditions(folder: Path) -> None:
    decisions = read(ADDED / "condition_decisions.csv")
    icd: dict[str, set[str]] = {}
    snomed: dict[str, tuple[set[str], str]] = {}
    left_out: set[str] = set()  # of a wider code that is kept: they need a row without groups
    told: Counter[str] = Counter()
    for row in read(folder / "conditions.csv"):
        if row["tier"] not in KEPT_TIERS:
            told[f"tier: {row['tier'][:30]}"] += 1
            continue
        is_icd = "icd-10" in row["system"]
        code = row["code"].replace(".", "") if is_icd else row["code"]
        keys, why = decide(decisions, row["group"], code, row["display"])
        if keys is None:
            told[f"{row['group']}: {why}"] += 1
            if is_icd:
                left_out.add(code)
            continue
        if is_icd:
            icd.setdefault(code, set()).update(keys)
        else:
            tier = "core" if row["tier"].startswith("core") else "swept"
            before, known = snomed.get(code, (set(), "swept"))
            snomed[code] = (before | set(keys), "core" if "core" in (tier, known) else "swept")
    for row in read(ADDED / "condition_codes.csv"):
        if row["system"] == "icd10":
            icd[row["code"]] = set(row["keys"].split())
        else:
            snomed[row["code"]] = (set(row["keys"].split()), "added")
    for code in left_out:
        icd.setdefault(code, set())
    lean = {code: keys for code, keys in icd.items() if keys != (longest(icd, code[:-1]) or set())}
    write(
        "conditions_icd",
        ("code", "groups", "source"),
        [[code, " ".join(sorted(keys)), "ICD-10-CM 2026"] for code, keys in sorted(lean.items())],
    )
    write(
        "conditions_snomed",
        ("code", "groups", "tier"),
        [[code, " ".join(sorted(keys)), tier] for code, (keys, tier) in sorted(snomed.items())],
    )
    print("conditions:", len(icd), "ICD rows in", len(lean), "beginnings;", len(snomed), "SNOMED CT")
    for why, count in sorted(told.items()):
        print(f"  dropped {count}: {why}")


def longest(icd: dict[str, set[str]], code: str) -> set[str] | None:
    while len(code) >= 3:
        if code in icd:
            return icd[code]
        code = code[:-1]
    return None


def decide(decisions: list[Row], group: str, code: str, display: str) -> tuple[list[str] | None, str]:
    for row in decisions:
        if row["group"] not in ("*", group):
            continue
        if re.search(row["pattern"], code if row["by"] == "code" else display):
            return (None, row["reason"]) if row["keys"] == "-" else (row["keys"].split(), row["reason"])
    raise SystemExit(f"nobody decided about {group}: {code} {display}")


LAB_KINDS = {
    "eGFR": "egfr",
    "Creatinine (serum/plasma/blood)": "creatinine",
    "Creatinine clearance": "crcl",
    "Body weight": "weight",
    "Body height": "height",
    "Potassium": "potassium",
    "Magnesium": "magnesium",
    "Bilirubin": "bilirubin",
    "Albumin (serum)": "albumin",
    "INR/PT": "inr",
}
MASS_UNITS = {"albumin": "g/dL", "cystatin-c": "mg/L"}
MOLAR_UNITS = {"creatinine": "umol/L", "bilirubin": "umol/L", "albumin": "umol/L"}
PLAIN_UNITS = {
    "weight": "kg",
    "height": "cm",
    "inr": "{INR}",
    "prothrombin-time": "s",
    "qtc": "ms",
    "qt": "ms",
    "bmi": "kg/m2",
    "bsa": "m2",
}


def labs(folder: Path) -> None:
    overrides = {row["loinc"]: row for row in read(ADDED / "labs.csv")}
    table: list[list[str]] = []
    told: Counter[str] = Counter()
    for row in read(folder / "labs.csv"):
        status, code = row["status"], row["loinc"]
        name = row["display"] or row["short_name_2014"]
        mine = overrides.get(code, {})
        why = next((w for w in ("UNVERIFIED", "exclude", "PANEL", "DEPRECATED") if w in status), "")
        if why or mine.get("kind") == "-":
            told[why or mine["note"]] += 1
            continue
        kind = mine.get("kind") or LAB_KINDS.get(row["group"]) or ""
        note, usable = mine.get("note", ""), mine.get("usable") or "yes"
        if "dialysis" in name or "dial " in name:
            note = "taken before or after dialysis"
            if kind == "creatinine":
                note, usable = note + ": says nothing of kidney function", "no"
        prop, unit = property_of(kind, name, row)
        table.append([code, kind, prop, unit, usable, note])
        if not kind:
            raise SystemExit(f"no kind for {code} {name}")
    header = ("loinc", "kind", "property", "usual_unit", "usable", "note")
    table += [[row[key] for key in header] for row in read(ADDED / "lab_codes.csv")]
    write("labs", header, sorted(table))
    print("labs:", len(table), "dropped", dict(told))


def property_of(kind: str, name: str, row: Row) -> tuple[str, str]:
    if kind in PLAIN_UNITS:
        return "", PLAIN_UNITS[kind]
    if kind in ("egfr", "crcl"):
        indexed = kind == "egfr" or "1.73" in name or "/BSA" in name
        return ("ArVRat", "mL/min/{1.73_m2}") if indexed else ("", "mL/min")
    if kind in ("alt", "ast", "alp"):
        return "", "U/L"
    if "Mass or Moles" in name or "msCnc" in name:
        return "", ""
    if "Moles/volume" in name or name.endswith("sCnc"):
        return "molar", MOLAR_UNITS.get(kind, "mmol/L")
    return "mass", MASS_UNITS.get(kind, "mg/dL")


def routes_and_forms(folder: Path) -> None:
    routes = [[r["system"], r["code"], r["route"]] for r in read(ADDED / "routes.csv")]
    forms = [[*r.values()] for r in read(ADDED / "form_codes.csv")]
    units = {r["word"]: r["unit"] for r in read(DATA / "units.csv") if r["kind"] == "form"}
    for row in read(folder / "timing.csv"):
        code, title = row["code"], row["display_or_definition"]
        if "UNVERIFIED" in row["status"]:
            continue
        if row["category"] == "v3-RouteOfAdministration":
            found = stated_route(title)
            if found or code.startswith("_"):
                found = found or stated_route(re.sub(r"(?<!^)([A-Z])", r" \1", title.replace("Route", "")))
            if found:
                routes.append(["route", code.upper(), found])
            else:
                print("route not understood:", code, title)
        elif row["category"] == "v3-orderableDrugForm" and not code.startswith("_"):
            form = form_in(title)
            unit = (form.unit if form else None) or units.get(title.casefold().rstrip("s"))
            if unit:
                forms.append(["form", code, unit, title])
            else:
                print("form not understood:", code, title)
    write("routes", ("system", "code", "route"), sorted(routes))
    write("form_codes", ("system", "code", "unit", "title"), sorted(forms))


def main() -> None:
    folder = Path(sys.argv[1])
    routes_and_forms(folder)
    drugs(folder)
    products(folder)
    conditions(folder)
    labs(folder)


if __name__ == "__main__":
    main()
