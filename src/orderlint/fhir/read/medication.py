"""What drug an order names: by code, by words, or by the Medication that it points to.

Codes of known systems come first. Words (text, display) that name another covered drug are not
dropped: that drug is listed too, known from text alone, and ``conflict`` says that they disagree, so
that neither drug's rules are missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from orderlint.dosing.model import Amount, Product, Rate, Strength
from orderlint.dosing.units import factor
from orderlint.exact import Fraction
from orderlint.fhir.read.codes import Concept, Ref, concept, reference
from orderlint.fhir.read.product import (
    form_of,
    form_route_of,
    form_unit_of,
    ingredient_strength,
    pack_of,
    strength_of,
)
from orderlint.fhir.read.shape import Fault, Faults, Json, children, enum, flag
from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple
from orderlint.record import Drug
from orderlint.terminology import drugs, products

Resolve = Callable[[str], Resource | None]

_STATUS = frozenset(("active", "inactive", "entered-in-error"))
_CONCEPTS = ("medicationCodeableConcept", "productCodeableConcept")
_REFERENCES = ("medicationReference", "productReference")
_NOTHING = frozenset(
    (
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://hl7.org/fhir/data-absent-reason",
        "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
        "http://hl7.org/fhir/v3/NullFlavor",
    )
)
_DEEPEST = 8  # ingredients of ingredients


class Identification(NamedTuple):
    """What is known of an order's drug.

    ``drugs``: the covered ingredients, coded ones first. ``known_other``: a known code, or words, of
    another drug. ``unidentified``: nothing names a drug. ``dangling``: a reference leads nowhere.
    ``uncoded``: at least one drug is known from words alone. ``pointer`` is the element that names
    the drug, relative to the order. ``faults`` are the order's own, ``elsewhere`` those of the
    Medications and Substances that it points to, relative to those.
    """

    drugs: tuple[Drug, ...]
    product: Product
    known_other: bool
    unidentified: bool
    dangling: bool
    uncoded: bool
    conflict: str | None
    pointer: str
    form_route: str | None = None
    faults: tuple[Fault, ...] = ()
    elsewhere: tuple[tuple[Resource, Fault], ...] = ()
    resources: tuple[Resource, ...] = ()  # the Medications and Substances that were read


class _Found:
    """What the parts of an order, or of one ingredient, add up to.

    Drugs are kept by what named them: a code, words, or an ingredient of a Medication. Strengths are
    kept by their source, because the sources have an order of precedence.
    """

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.coded: dict[str, Drug] = {}
        self.worded: dict[str, Drug] = {}
        self.parts: dict[str, Drug] = {}
        self.stated: list[Strength] = []
        self.by_code: list[Strength] = []
        self.by_name: list[Strength] = []
        self.names: list[str] = []
        self.combined: set[str] = set()  # ingredients that a code or a name tells beside others
        self.foreign = False  # a code of an ingredient is known, and of no covered drug
        self.ingredients: list[str] = []  # what a Medication lists, by the names that strengths have
        self.known_code = False
        self.dangling = False
        self.form_unit: str | None = None
        self.form_route: str | None = None
        self.named_unit: str | None = None  # what the name says comes after what form and code say
        self.named_route: str | None = None
        self.unclear: str | None = None  # why a name's strength can't be told
        self.problem: str | None = None
        self.elsewhere: list[tuple[Resource, Fault]] = []
        self.resources: list[Resource] = []

    def drugs(self) -> tuple[Drug, ...]:
        """Every covered drug once: what a code says of it goes before what words say."""
        return tuple({**self.worded, **self.parts, **self.coded}.values())


def identify(order: Json, resolve: Resolve) -> Identification:
    """The drug of a MedicationRequest, ActivityDefinition, MedicationStatement, -Dispense or -Administration.

    ``resolve`` turns a reference of this order ("#med", "Medication/1", "urn:uuid:…") into its resource.
    """
    faults = Faults()
    found = _Found(resolve)
    concepts, references = named_by(
        order, "", faults, by_concept=_CONCEPTS, by_reference=_REFERENCES, by_both="medication"
    )
    for said in concepts:
        _from_concept(said, said.pointer, found)
    for points in references:
        _from_reference(points, found)
    named: list[Concept | Ref] = [*concepts, *references]
    listed = found.drugs()
    found.by_name = [_filled(s, listed) for s in found.by_name]
    _told_once(found, listed)
    return Identification(
        drugs=listed,
        product=_product(found, listed),
        known_other=not listed and (found.known_code or bool(found.names)),
        unidentified=not listed and not found.known_code and not found.names,
        dangling=found.dangling,
        uncoded=any(d.uncoded for d in listed),
        conflict=_conflict(found),
        pointer=named[0].pointer if named else "",
        form_route=found.form_route or found.named_route,
        faults=tuple(faults),
        elsewhere=tuple(found.elsewhere),
        resources=tuple(found.resources),
    )


def drugs_of(said: Concept) -> tuple[Drug, ...]:
    """The covered drugs that one concept names, by its codes and by its words."""
    found = _Found(lambda _: None)
    _from_concept(said, said.pointer, found)
    return found.drugs()


def named_by(
    owner: Json,
    at: str,
    faults: Faults,
    *,
    by_concept: tuple[str, ...],
    by_reference: tuple[str, ...],
    by_both: str,
) -> tuple[list[Concept], list[Ref]]:
    """The concepts and references that name a drug: R4's two elements, or R5's CodeableReference."""
    concepts = [concept(owner.get(key), f"{at}/{key}", faults) for key in by_concept]
    references = [reference(owner.get(key), f"{at}/{key}", faults) for key in by_reference]
    both, where = owner.get(by_both), f"{at}/{by_both}"
    if isinstance(both, dict) and ("concept" in both or "reference" in both):
        concepts.append(concept(both.get("concept"), f"{where}/concept", faults))
        inner = both.get("reference")
        # A Reference where a CodeableReference belongs has its text right here.
        pointed = reference(both if isinstance(inner, str) else inner, f"{where}/reference", faults)
        references.append(pointed)
    elif both is not None:
        concepts.append(concept(both, where, faults))
    said = [c for c in concepts if c is not None]
    pointed_to = [r for r in references if r is not None]
    named: list[Concept | Ref] = [*said, *pointed_to]
    if len(named) > 1 and by_both not in owner:
        faults.add(named[0].pointer, "the drug is named in two ways where FHIR allows one")
    return said, pointed_to


def _from_concept(said: Concept, where: str, found: _Found) -> None:
    """Codes and words of a concept; ``where`` is the element of the order that led to it.

    A code for "unknown" is no code of a drug, and its display no name of one.
    """
    said = said._replace(codings=tuple(c for c in said.codings if (c.system or "") not in _NOTHING))
    for coding in said.codings:
        if coding.code is None:
            continue
        hit = drugs.recognise_code(coding.system or "", coding.code, coding.display or "")
        found.known_code = found.known_code or hit.decisive
        for one in hit.drugs:
            _add(one, where, found)
        if hit.product is not None:
            origin = f"RxNorm {hit.product.rxcui}"
            found.by_code += [strength_of(part, origin, where) for part in hit.product.parts]
            found.combined |= _several(part.ingredient for part in hit.product.parts)
            found.form_unit = found.form_unit or hit.product.dose_form
            found.form_route = found.form_route or hit.product.route
    for words in said.names:
        found.names.append(words)
        for one in drugs.recognise_text(words):
            _add(one, where, found)
        read = products.strengths_in_name(words)
        if read is not None:
            found.by_name += [strength_of(part, "name", where) for part in read.parts]
            found.combined |= _several(part.ingredient for part in read.parts)
            found.named_unit = found.named_unit or read.dose_form
            found.named_route = found.named_route or read.route
            found.unclear = found.unclear or read.problem


def _add(one: drugs.Recognition, where: str, found: _Found) -> None:
    drug = Drug(one.ingredient, one.groups, one.how, one.by_text, one.release, where)
    kept = found.worded if one.by_text else found.coded
    before = kept.get(one.ingredient)
    if before is None or (before.release is None and drug.release is not None):
        kept[one.ingredient] = drug


def _from_reference(points: Ref, found: _Found) -> None:
    target = found.resolve(points.reference) if points.reference else None
    if target is None:
        found.dangling = True
        if points.display:
            _from_concept(Concept((), points.display, points.pointer), points.pointer, found)
        return
    _from_medication(target, points.pointer, found, frozenset())
    if points.display and not found.names:
        _from_concept(Concept((), points.display, points.pointer), points.pointer, found)


def _from_medication(target: Resource, where: str, found: _Found, above: frozenset[int]) -> None:
    """Read a Medication (or a Substance) with its ingredients; a circle of ingredients ends.

    ``where`` is the element of the order that led here, ``above`` the resources on the way.
    """
    value = target.value
    if id(value) in above or len(above) > _DEEPEST:
        return
    faults = Faults()
    found.resources.append(target)
    if enum(value, "status", _STATUS, "", faults) == "entered-in-error":
        found.problem = f"the {target.type} that the order names is marked entered-in-error"
        faults.add("/status", f"an order names this {target.type}, which is marked entered-in-error")
    code = concept(_code_of(value), "/code", faults)
    if code is not None:
        _from_concept(code._replace(pointer=where), where, found)
    form = form_of(value, faults)
    found.form_unit = form_unit_of(form) or found.form_unit
    found.form_route = form_route_of(form) or found.form_route
    pack = pack_of(value, faults)
    for ingredient, at in children(value, "ingredient", "", faults):
        if flag(ingredient, "isActive", at, faults) is not False:
            _from_ingredient(
                ingredient, at, target, found, faults, where=where, pack=pack, above=above | {id(value)}
            )
    found.elsewhere += [(target, fault) for fault in faults]


def _code_of(value: Json) -> object:
    """``code``; in R5 a Substance's is a CodeableReference."""
    code = value.get("code")
    return code["concept"] if isinstance(code, dict) and "concept" in code else code


def _from_ingredient(
    ingredient: Json,
    at: str,
    target: Resource,
    found: _Found,
    faults: Faults,
    *,
    where: str,
    pack: Rate | None,
    above: frozenset[int],
) -> None:
    part = _Found(_within(target, found.resolve))
    concepts, references = named_by(
        ingredient,
        at,
        faults,
        by_concept=("itemCodeableConcept",),
        by_reference=("itemReference",),
        by_both="item",
    )
    for said in concepts:
        _from_concept(said, where, part)
    for points in references:
        substance = part.resolve(points.reference) if points.reference else None
        if substance is not None:
            _from_medication(substance, where, part, above)
        elif points.display:
            _from_concept(Concept((), points.display, where), where, part)
    for drug in part.drugs():
        found.parts.setdefault(drug.ingredient, drug)
    found.known_code = found.known_code or part.known_code
    found.names += part.names
    found.elsewhere += part.elsewhere
    found.resources += part.resources
    # The ingredient of a strength is its covered drug, else whatever the words call it.
    covered = part.drugs()
    name = covered[0].ingredient if len(covered) == 1 else next(iter(part.names), at).casefold()
    found.foreign = found.foreign or part.foreign or (part.known_code and not part.drugs())
    found.ingredients += part.ingredients or [name]
    stated = ingredient_strength(ingredient, at, name, faults, form=found.form_unit, pack=pack)
    found.stated += stated or part.stated


def _within(target: Resource, resolve: Resolve) -> Resolve:
    """References of a Medication: its own contained resources first, then those of the order."""

    def inner(reference: str) -> Resource | None:
        contained = target.value.get("contained")
        if reference.startswith("#") and isinstance(contained, list):
            for index, one in enumerate(contained):
                if isinstance(one, dict) and one.get("id") in (reference, reference[1:]):
                    return contained_resource(target, one, index)
        return resolve(reference)

    return inner


def contained_resource(target: Resource, value: Json, index: int) -> Resource:
    """A resource contained in ``target``, at its place."""
    kind, key = value.get("resourceType"), value.get("id")
    return target._replace(
        value=value,
        type=kind if isinstance(kind, str) else "",
        id=key if isinstance(key, str) else None,
        place=target.place.child(f"/contained/{index}"),
        full_url=None,
        parent=target,
    )


def _product(found: _Found, listed: tuple[Drug, ...]) -> Product:
    """What one unit holds: for each ingredient the strengths of the best source that states any."""
    if found.problem is not None:
        return Product(next(iter(found.names), None), problem=found.problem)
    best: dict[str, list[Strength]] = {}
    for source in (found.stated, found.by_code, found.by_name):
        here: dict[str, list[Strength]] = {}
        for one in source:
            here.setdefault(one.ingredient, []).append(one)
        for ingredient, said in here.items():
            if not any(_usable(s) for s in best.get(ingredient, ())):
                best[ingredient] = said
    releases = {d.release for d in listed if d.release is not None}
    strengths = tuple(dict.fromkeys(s for said in best.values() for s in said))
    return Product(
        name=next(iter(found.names), None),
        strengths=strengths,
        dose_form=found.form_unit or found.named_unit,
        release=releases.pop() if len(releases) == 1 else None,
        problem=None if strengths else found.unclear,
    )


def _filled(strength: Strength, listed: tuple[Drug, ...]) -> Strength:
    """A figure that stands beside no ingredient is of the only one there is."""
    if strength.ingredient or len(listed) != 1:
        return strength
    return strength._replace(ingredient=listed[0].ingredient)


def _several(ingredients: Iterable[str]) -> set[str]:
    """The ingredients that one code or name tells, if they are more than one."""
    told = set(ingredients)
    return told if len(told) > 1 else set()


def _told_once(found: _Found, listed: tuple[Drug, ...]) -> None:
    """Give a substance that has several names one: its brand, its salt, the only ingredient of its product.

    A name that stands alone in a code or in words is that of the product's only ingredient. Without a
    Medication that lists it, names are of one substance where one holds all words of the other
    ("metoprolol", "metoprolol tartrate"). Two covered drugs are never made one.
    """
    if found.combined or len(set(found.ingredients)) > 1:
        return
    covered = {drug.ingredient for drug in listed}
    sources = (found.stated, found.by_code, found.by_name)
    names = dict.fromkeys(s.ingredient for source in sources for s in source)
    # The only ingredient listed is the drug, unless its code is known to be that of another.
    only = next(iter(found.ingredients), None)
    if only is not None and len(covered) == 1 and not found.foreign:
        only = next(iter(covered))
    firsts = sorted((*covered, *names), key=lambda name: (name not in covered, len(name.split())))
    same: dict[str, str] = {}
    for name in names:
        if name in covered:
            continue
        shorter = next((n for n in firsts if set(n.split()) <= set(name.split())), name)
        same[name] = shorter if only is None or shorter in covered else only
    for source in sources:
        source[:] = [s._replace(ingredient=same.get(s.ingredient, s.ingredient)) for s in source]


def _of(source: list[Strength], strength: Strength) -> list[Strength]:
    return [s for s in source if s.ingredient == strength.ingredient]


def _usable(strength: Strength) -> bool:
    return strength.amount.problem is None and strength.per.problem is None


def _conflict(found: _Found) -> str | None:
    """In words, what names different drugs or different strengths."""
    said: list[str] = []
    coded, parts = set(found.coded), set(found.parts)
    worded = set(found.worded)
    if coded and worded - coded - parts:
        said.append(f"the code says {_list(coded)}, the text says {_list(worded - coded)}")
    if parts and coded and not parts & coded:
        said.append(f"the code says {_list(coded)}, the ingredients say {_list(parts)}")
    elif parts and worded - parts - coded:
        said.append(f"the ingredients say {_list(parts)}, the text says {_list(worded - parts)}")
    by_code = list(dict.fromkeys(found.by_code))
    for one in by_code:
        for other in _of(found.by_name, one):
            if _differ(one, other, by_code):
                words = f"the code and the text give different strengths of {one.ingredient}"
                said = [*said, words]
    return "; ".join(dict.fromkeys(said)) or None


def _differ(one: Strength, other: Strength, coded: list[Strength]) -> bool:
    """Two strengths in units that can be compared, of which no coded one agrees with the other."""
    ratio = _ratio(one, other)
    return ratio not in (None, 1) and all(_ratio(s, other) not in (None, 1) for s in _of(coded, other))


def _ratio(one: Strength, other: Strength) -> Fraction | None:
    """How many times ``other`` ``one`` is; None where they can't be compared."""
    if not (_usable(one) and _usable(other)):
        return None
    amounts, pers = _quotient(one.amount, other.amount), _quotient(one.per, other.per)
    return amounts / pers if amounts is not None and pers else None


def _quotient(one: Amount, other: Amount) -> Fraction | None:
    if one.high is None or not other.high or one.unit is None or other.unit is None:
        return None
    times = factor(one.unit, other.unit)
    return one.high * times / other.high if times is not None else None


def _list(names: set[str]) -> str:
    return " and ".join(sorted(names))
