"""Complaints of the models that are no faults, or faults that can be read past: one by one, with why.

"silent" drops the complaint; "warning" keeps it from ever being an error; "error" makes an exception to
the allowance after it. The first that fits counts.
"""

from __future__ import annotations

from orderlint.fhir.conformance import complaint
from orderlint.fhir.conformance.complaint import Complaint
from orderlint.namedtuple import NamedTuple

SILENT, WARNING = "silent", "warning"


class Allowance(NamedTuple):
    """``kinds`` empty: any kind; ``owners`` empty: any resource type; ``first`` / ``last``: names at the
    two ends of the path within the resource, empty: any."""

    outcome: str
    why: str
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    contained: bool = False  # only of resources contained in another

    def fits(self, about: Complaint) -> bool:
        """Whether it speaks of this complaint."""
        return (
            (not self.kinds or about.kind in self.kinds)
            and (not self.owners or about.owner in self.owners)
            and (not self.first or about.within[:1] == self.first)
            and (not self.last or about.within[-1:] == self.last)
            and (not self.contained or about.path.startswith("contained["))
        )


ALLOWANCES = (
    Allowance(
        SILENT,
        "an order in a repository is a template, and has no patient",
        kinds=(complaint.MISSING,),
        owners=("MedicationRequest", "ServiceRequest", "DeviceRequest", "NutritionOrder"),
        first=("subject",),
        last=("subject",),
    ),
    Allowance(
        WARNING,
        "what an order contains is about the order's patient, said or not",
        kinds=(complaint.MISSING,),
        last=("subject",),
        contained=True,
    ),
    Allowance(
        SILENT,
        "the models want base64 without the line breaks that FHIR allows; attachments aren't read",
        kinds=(complaint.BINARY,),
    ),
    Allowance(
        SILENT,
        "the narrative is for human readers; the models' idea of XHTML is not FHIR's",
        kinds=(complaint.VALUE,),
        first=("text",),
    ),
    Allowance(
        WARNING,
        "the day is plain; a missing zone or missing seconds move no dose to another day that counts",
        kinds=(complaint.LOOSE_DATE,),
    ),
    Allowance(
        WARNING,
        "exports put extensions beside elements that are not primitive (_validityPeriod)",
        kinds=(complaint.COMPANION,),
    ),
    Allowance(
        WARNING,
        "a code written as a number (197391) is the same code",
        kinds=(complaint.UNQUOTED,),
    ),
    Allowance(
        "error",
        'a prohibition written "true" is one that a reader may miss',
        kinds=(complaint.QUOTED,),
        last=("doNotPerform",),
    ),
    Allowance(
        WARNING,
        'true and false are plain with quotes too ("asNeededBoolean": "true")',
        kinds=(complaint.QUOTED,),
    ),
    Allowance(
        WARNING,
        "ids with underscores or more than 64 characters name a resource well enough",
        kinds=(complaint.VALUE, complaint.UNQUOTED),
        last=("id",),
    ),
    Allowance(
        WARNING,
        "no verdict follows a link that isn't a reference, and the models refuse valid ones",
        kinds=(complaint.LINK,),
    ),
    Allowance(
        WARNING,
        "without intent an order is judged as an order, which is the stricter reading",
        kinds=(complaint.MISSING,),
        first=("intent",),
        last=("intent",),
    ),
)

# R4 types that R4B dropped or wrote anew (https://hl7.org/fhir/R4B/diff.html): there are no models of
# them as R4 had them, so nothing can be said.
NOT_IN_R4B = frozenset(
    (
        "DeviceDefinition", "EffectEvidenceSynthesis", "Evidence", "EvidenceVariable", "MedicinalProduct",
        "MedicinalProductAuthorization", "MedicinalProductContraindication", "MedicinalProductIndication",
        "MedicinalProductIngredient", "MedicinalProductInteraction", "MedicinalProductManufactured",
        "MedicinalProductPackaged", "MedicinalProductPharmaceutical", "MedicinalProductUndesirableEffect",
        "RiskEvidenceSynthesis", "SubstanceNucleicAcid", "SubstancePolymer", "SubstanceProtein",
        "SubstanceReferenceInformation", "SubstanceSourceMaterial", "SubstanceSpecification",
    )
)  # fmt: skip
# Drafts of R5 renamed MedicationStatement; no release has models of it, and it is read all the same.
DRAFT_TYPES = frozenset(("MedicationUsage",))


def allowance(about: Complaint) -> str | None:
    """ "silent", "warning", "error", or None where nothing special is known of such a complaint."""
    for known in ALLOWANCES:
        if known.fits(about):
            return known.outcome
    return None
