"""What documents tell: cases, protests, attacks, figures, ties, and what others told before."""

from collections.abc import Callable

from benchmarks.generate.dates import DAYS, TERMS, moment, open_period, partial, period
from benchmarks.generate.document import Document
from benchmarks.generate.justice import criminal_case
from benchmarks.generate.names import Person
from benchmarks.generate.reference import POLICE
from benchmarks.generate.terms import KG, KGV, LABEL, TRUE, TYPE, edtf, integer, text

VAGUE = ("dozens of people", "several people", "a group of activists", "many people")
DEMANDS = (
    KGV.demand_release_of_political_prisoners,
    KGV.demand_registration,
    KGV.demand_investigation,
    KGV.demand_reform,
    KGV.demand_early_elections,
)
MEASURES = (
    (KGV.measure_persons_present, KGV.unit_persons),
    (KGV.measure_persons_detained, KGV.unit_persons),
    (KGV.measure_persons_injured, KGV.unit_persons),
    (KGV.measure_persons_fined, KGV.unit_persons),
)


def protest(doc: Document) -> None:
    """An assembly, who was there, and often its dispersal; some are only planned."""
    if doc.chance.happens(0.15):
        _planned(doc)
        return
    chance = doc.chance
    day = doc.issued - chance.between(1, min(600, doc.issued))
    place = doc.reference.place(chance.rank(doc.reference.places))
    movement = doc.reference.movement(chance.rank(doc.reference.movements))
    when = partial(chance, day)
    name = f"Protest in {place.name}, {DAYS[day]:%-d %B %Y}"
    assembly = doc.record(
        *("protest", KG.Assembly, name, KG.eventType, KGV.event_protest, KG.atPlace, place.iri),
        *moment(when),
    )
    doc.claim(f"Supporters of the {movement.name} met in {place.name}.", assembly)
    doc.remember(assembly, KG.Assembly, name, True)
    group = _crowd(doc, assembly, name)
    people = [doc.someone() for _ in range(chance.rank(12) + 1)]
    for one in {p.iri: p for p in people}.values():
        _takes_part(doc, one, assembly, name)
    if chance.happens(0.5):
        _demand(doc, assembly, group, name)
    if chance.happens(0.45):
        _dispersal(doc, assembly, place.iri, name, people, day)


def _crowd(doc: Document, assembly: str, name: str) -> str:
    group = doc.record("group", KG.Group, f"Those at the {name}", KG.composedOf, KGV.kind_activist)
    part = doc.record(
        *("participation", KG.Participation, f"The crowd in the {name}"),
        *(KG.participant, group, KG.inOccurrent, assembly, KG.role, KGV.role_participant),
    )
    size = figure(doc, group, name)
    doc.say(group, KG.groupSize, size)
    doc.claim(f"A crowd took part in the {name}.", part)
    return group


def _takes_part(doc: Document, one: Person, event: str, name: str) -> None:
    role = KGV.role_organiser if doc.chance.happens(0.1) else KGV.role_participant
    part = doc.record(
        *("participation", KG.Participation, f"{one.name} in the {name}"),
        *(KG.participant, one.iri, KG.inOccurrent, event, KG.role, role),
    )
    if doc.chance.happens(0.1):
        doc.claim(
            f"Police say that {one.name} was at the {name}.",
            *(part,),
            by=POLICE,
            how=KGV.modality_alleged,
        )
    else:
        doc.claim(f"{one.name} was at the {name}.", part)


def _demand(doc: Document, assembly: str, group: str, name: str) -> None:
    call = doc.record(
        *("call", KG.CallForAction, f"Demand made at the {name}", KG.eventType, KGV.event_call),
        *(KG.speaker, group, KG.madeIn, assembly, KG.demands, doc.chance.of(DEMANDS)),
        *(KG.content, text("Those present ask the authorities to act, and soon.")),
    )
    doc.claim(f"A demand was made at the {name}.", call, by=group)


def _dispersal(
    doc: Document, assembly: str, place: str, name: str, people: list[Person], day: int
) -> None:
    chance = doc.chance
    when = partial(chance, day)
    dispersal = doc.record(
        *("dispersal", KG.Dispersal, f"Dispersal of the {name}", KG.dispersalOf, assembly),
        *(KG.eventType, KGV.event_dispersal, KG.atPlace, place),
        *(KG.violationType, KGV.violation_dispersal, *moment(when)),
    )
    police = doc.record(
        *("participation", KG.Participation, f"Police in the dispersal of the {name}"),
        *(KG.participant, POLICE, KG.inOccurrent, dispersal),
        *(KG.role, KGV.role_dispersing_body),
    )
    doc.claim(f"Police broke up the {name}.", dispersal, police)
    if chance.happens(0.1):
        doc.claim(
            f"Police deny that the {name} was broken up.",
            *(dispersal,),
            by=POLICE,
            how=KGV.modality_officially_stated,
            polarity=KGV.polarity_denies,
        )
    for one in {p.iri: p for p in people if chance.happens(0.4)}.values():
        short_stay(doc, one, assembly, day)


def short_stay(doc: Document, one: Person, assembly: str, day: int) -> None:
    """Some days in police custody after a protest; the end is not always told."""
    chance = doc.chance
    begin = partial(chance, day)
    end_day = min(day + chance.between(1, 15), doc.issued)
    told = chance.happens(0.7)
    bounds = period(begin, partial(chance, end_day)) if told else open_period(begin, begin.last)
    stay = doc.record(
        *("detention", KG.Detention, f"{one.name} held after a protest", KG.detainee, one.iri),
        *(KG.detentionType, KGV.detention_police_custody, KG.detainedBy, POLICE),
        *(KG.inConnectionWith, assembly, *bounds),
    )
    doc.claim(f"{one.name} was held after the protest.", stay)


def _planned(doc: Document) -> None:
    chance = doc.chance
    day = doc.issued + chance.between(5, 200)
    place = doc.reference.place(chance.rank(doc.reference.places))
    movement = doc.reference.movement(chance.rank(doc.reference.movements))
    event = doc.record(
        *("rally", KG.Assembly, f"Rally planned in {place.name} by the {movement.name}"),
        *(KG.eventType, KGV.event_rally, KG.occurrence, KGV.occurrence_planned),
        *(KG.atPlace, place.iri, KG.startEarliest, TERMS[day], KG.edtf),
        edtf(f"{DAYS[day].isoformat()}/.."),
    )
    caller = doc.record(
        *("participation", KG.Participation, f"{movement.name} calls for the rally"),
        *(KG.participant, movement.iri, KG.inOccurrent, event, KG.role, KGV.role_caller),
    )
    doc.claim(
        f"The {movement.name} plans a rally in {place.name}.",
        *(event, caller),
        by=movement.iri,
        how=chance.of((KGV.modality_planned, KGV.modality_announced)),
    )


def figure(doc: Document, of: str, name: str) -> str:
    """A count as sources give it: exact, about, at least, more than, or only in words."""
    chance = doc.chance
    measure, unit = chance.of(MEASURES)
    number = 3 + chance.rank(5_000)
    roll = chance.random()
    if roll < 0.25:
        bounds = [KG.precision, KGV.precision_exact, KG.lowerBound, integer(number)]
        bounds += [KG.bestEstimate, integer(number), KG.upperBound, integer(number)]
        words = f"{number}"
    elif roll < 0.55:
        bounds = [KG.precision, KGV.precision_approximate, KG.bestEstimate, integer(number)]
        words = f"around {number}"
    elif roll < 0.7:
        bounds = [KG.precision, KGV.precision_at_least, KG.lowerBound, integer(number)]
        words = f"at least {number}"
    elif roll < 0.8:
        bounds = [KG.precision, KGV.precision_more_than, KG.lowerBound, integer(number)]
        bounds += [KG.lowerExclusive, TRUE]
        words = f"more than {number}"
    else:
        bounds = [KG.precision, KGV.precision_vague_quantifier]
        words = chance.of(VAGUE)
    found = doc.record(
        *("figure", KG.Figure, f"Figure for the {name}: {words}", KG.figureOf, of),
        *(KG.measures, measure, KG.unit, unit, *bounds, KG.wording, text(words)),
    )
    doc.claim(f"The figure given for the {name} is {words}.", found)
    return found


def counts(doc: Document) -> None:
    """Figures of a hub: each source has its own, and they need not agree."""
    hub = doc.reference.hub(doc.chance.rank(doc.reference.hubs))
    for _ in range(doc.chance.few(3)):
        figure(doc, hub.iri, hub.name)


def attack(doc: Document) -> None:
    """An attack, a threat or alleged torture; who did it is only alleged."""
    chance = doc.chance
    day = doc.issued - chance.between(1, min(900, doc.issued))
    place = doc.reference.place(chance.rank(doc.reference.places))
    victim = doc.someone()
    kind, class_, type_, violation = chance.of(
        (
            ("attack", KG.Attack, KGV.event_attack, KGV.violation_attack_on_journalist),
            ("threat", KG.Threat, KGV.event_threat, KGV.violation_threat),
            ("torture", KG.TortureIncident, KGV.event_torture, KGV.violation_torture),
        )
    )
    name = f"{kind.capitalize()} on {victim.name}, {DAYS[day]:%B %Y}"
    alleged = kind == "torture" or chance.happens(0.2)
    how = KGV.modality_alleged if alleged else KGV.modality_reported
    event = doc.record(
        *(kind, class_, name, KG.eventType, type_, KG.atPlace, place.iri),
        *(KG.violationType, violation, *moment(partial(chance, day))),
    )
    harmed = doc.record(
        *("participation", KG.Participation, f"{victim.name} as victim", KG.participant),
        *(victim.iri, KG.inOccurrent, event, KG.role, KGV.role_victim),
    )
    doc.claim(
        f"{victim.name} speaks of what was done in {place.name}.",
        *(event, harmed),
        by=victim.iri if alleged else None,
        how=how,
    )
    doc.remember(event, class_, name, not alleged)
    if chance.happens(0.3):
        blamed = doc.record(
            *("participation", KG.Participation, f"Police blamed for: {name}"),
            *(KG.participant, POLICE, KG.inOccurrent, event, KG.role, KGV.role_perpetrator),
        )
        doc.claim(f"{victim.name} blames police.", blamed, by=victim.iri, how=KGV.modality_alleged)


def ties(doc: Document) -> None:
    """People and movements: members, leaders, alleged involvement; a ban now and then."""
    chance = doc.chance
    number = chance.rank(doc.reference.movements)
    movement = doc.reference.movement(number)
    for _ in range(chance.few(5)):
        one = doc.someone(0.5)
        alleged = chance.happens(0.2)
        tie = doc.record(
            *("affiliation", KG.Affiliation, f"{one.name} and the {movement.name}"),
            *(KG.affiliate, one.iri, KG.affiliationWith, movement.iri, KG.affiliationKind),
            KGV.affiliation_alleged_involvement if alleged else KGV.affiliation_member,
            *(() if alleged else (KG.position, KGV.position_activist)),
        )
        doc.claim(
            f"{one.name} is linked to the {movement.name}.",
            *(tie,),
            by=POLICE if alleged else None,
            how=KGV.modality_alleged if alleged else KGV.modality_reported,
        )
    if number % 3 == 0 and chance.happens(0.3):
        banned = doc.record(
            *("status", KG.LegalStatus, f"The {movement.name} is banned", KG.statusOf),
            *(movement.iri, KG.organisationStatus, KGV.orgstatus_banned),
            *(KG.attestedOn, TERMS[doc.issued]),
        )
        doc.claim(f"A court has banned the {movement.name}.", banned)


def retelling(doc: Document) -> None:
    """What an earlier document told, again: the record's own triples, and a further voice."""
    recent = doc.world.recent
    if not recent:
        ties(doc)
        return
    told = recent[doc.chance.below(len(recent))]
    doc.say(told.iri, TYPE, told.class_, LABEL, text(told.name))
    firm = KGV.modality_reported if doc.chance.happens(0.7) else KGV.modality_officially_stated
    doc.claim(
        f"This is also told: {told.name}.",
        *(told.iri,),
        how=firm if told.firm else KGV.modality_alleged,
    )


SCENES: tuple[tuple[float, Callable[[Document], None]], ...] = (
    (0.42, criminal_case),
    (0.68, protest),
    (0.78, ties),
    (0.88, attack),
    (0.93, counts),
    (1.0, retelling),
)


def next_scene(doc: Document) -> Callable[[Document], None]:
    roll = doc.chance.random()
    return next(scene for limit, scene in SCENES if roll < limit)
