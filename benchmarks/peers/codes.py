"""The codes that every peer looks for, out of orderlint's own tables, as one JSON object on stdout.

    python benchmarks/peers/codes.py > codes.json

``drugs``: RxNorm code → the ingredients it stands for; ``watched``: those codes of which a rule watches an
ingredient (the others matter beside them only); ``labs``: LOINC codes; ``conditions``: SNOMED CT codes;
``off``: statuses of orders that nobody judges. The list is made once, outside the time of every peer.
"""

from __future__ import annotations

import json
import sys

from orderlint.fhir.build.orders import SKIPPED_STATUS
from orderlint.protocols.loader import load
from orderlint.terminology.drugs import recognise_code, scan_codes
from orderlint.terminology.table import first_cells, rows


def codes() -> dict[str, object]:
    """All lists."""
    system = next(uri for key, uri, _ in rows("code_systems") if key == "rxnorm")
    protocols = load((), ())
    drugs = {
        code: [drug.ingredient for drug in found]
        for code in sorted(scan_codes())
        if (found := recognise_code(system, code).drugs)
    }
    return {
        "drugs": drugs,
        "watched": [code for code, names in drugs.items() if any(map(protocols.names_drug, names))],
        "labs": sorted(first_cells("labs")),
        "conditions": sorted(first_cells("conditions_snomed")),
        "off": sorted(SKIPPED_STATUS),
    }


if __name__ == "__main__":
    json.dump(codes(), sys.stdout)
