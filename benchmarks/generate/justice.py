"""A criminal case from charge to appeal, with the custody of its accused."""

from dataclasses import dataclass

from benchmarks.generate.dates import DAYS, TERMS, moment, open_period, partial, period
from benchmarks.generate.document import Document
from benchmarks.generate.names import Person
from benchmarks.generate.reference import CODE, POLICE, PROSECUTION, Named
from benchmarks.generate.terms import KG, KGV, TRUE, duration, entity, integer, text

CUSTODIAL = KGV.sentence_imprisonment
MILD = (KGV.sentence_restricted_freedom, KGV.sentence_suspended_imprisonment)


@dataclass(slots=True)
class Charged:
    who: Person
    charge: str
    sentence: str = ""


@dataclass(slots=True)
class Case:
    iri: str
    name: str
    court: Named
    accused: list[Charged]
    opened: int
    """The day on which the charges were brought; each later step takes some weeks more."""


def criminal_case(doc: Document) -> None:
    """How far a case has come by the document's date decides what is told."""
    chance = doc.chance
    case = _opened(doc)
    _custody(doc, case)
    day = case.opened + chance.between(20, 200)
    if day < doc.issued:
        _trial(doc, case, day)
        day += chance.between(2, 60)
    else:
        return
    if day < doc.issued and chance.happens(0.85):
        verdict = _verdict(doc, case, day)
        day += chance.between(20, 90)
        if verdict and day < doc.issued and chance.happens(0.6):
            _appeal(doc, case, verdict, day)


def _opened(doc: Document) -> Case:
    chance = doc.chance
    opened = doc.issued - chance.between(1, min(700, doc.issued))
    court = doc.reference.court(chance.rank(doc.reference.courts))
    people = list({p.iri: p for p in (doc.someone() for _ in range(chance.few(6)))}.values())
    others = f" and {len(people) - 1} more" if len(people) > 1 else ""
    name = f"Case against {people[0].name}{others}, {DAYS[opened].year}"
    iri = doc.record("case", KG.CriminalCase, name, KG.lawBranch, KGV.branch_criminal)
    hub = doc.reference.hub(chance.rank(doc.reference.hubs))
    linked = hub.day < opened and chance.happens(0.5)
    if linked:
        doc.say(iri, KG.concernsEvent, hub.iri)
    case = Case(iri, name, court, [], opened)
    for one in people:
        charge = _charge(doc, case, one, hub.iri if linked else None)
        case.accused.append(Charged(one, charge))
    doc.claim(
        f"{people[0].name} and those charged in the same case await the court.",
        *(iri, *(c.charge for c in case.accused)),
    )
    doc.remember(iri, KG.CriminalCase, name, True)
    return case


def _charge(doc: Document, case: Case, one: Person, event: str | None) -> str:
    chance = doc.chance
    article, offence = doc.reference.articles[chance.rank(len(doc.reference.articles))]
    under, what = article.iri, [KG.chargedWithOffence, offence]
    if doc.reference.extra_articles and chance.happens(0.3):
        under = entity(f"cc-{500 + chance.rank(doc.reference.extra_articles)}")
        what = []
    conduct = doc.record(
        *("conduct", KG.Conduct, f"What {one.name} is accused of", KG.actor, one.iri),
        *(KG.content, text("The prosecution says that the law was broken, without detail.")),
        *((KG.relatedEvent, event) if event else ()),
    )
    doc.claim(
        f"The prosecution accuses {one.name}.",
        *(conduct,),
        by=PROSECUTION,
        how=KGV.modality_alleged,
    )
    if chance.happens(0.3):
        doc.claim(
            f"{one.name} denies the accusation.",
            *(conduct,),
            by=one.iri,
            polarity=KGV.polarity_denies,
        )
    when = partial(chance, case.opened)
    return doc.record(
        *("charge", KG.Charge, f"Charge against {one.name}", KG.accused, one.iri),
        *(KG.chargedUnder, under if chance.happens(0.9) else CODE, *what),
        *(KG.inCase, case.iri, KG.allegedConduct, conduct),
        *(KG.startEarliest, TERMS[when.first], KG.startLatest, TERMS[when.last]),
        *((KG.concernsEvent, event) if event else ()),
    )


def _custody(doc: Document, case: Case) -> None:
    """Police custody, then pre-trial detention or house arrest, often with no end told."""
    chance = doc.chance
    for one in case.accused:
        if not chance.happens(0.55):
            continue
        arrest = min(case.opened + chance.between(0, 10), doc.issued)
        move = min(arrest + chance.between(1, 3), doc.issued)
        begin, moved = partial(chance, arrest), partial(chance, move)
        name = one.who.name
        first = doc.record(
            *("detention", KG.Detention, f"{name} in police custody", KG.detainee, one.who.iri),
            *(KG.detentionType, KGV.detention_police_custody, KG.detainedBy, POLICE),
            *(KG.heldOnCharge, one.charge, *period(begin, moved)),
        )
        kind = KGV.detention_pretrial if chance.happens(0.7) else KGV.detention_house_arrest
        end = min(move + chance.between(5, 300), doc.issued)
        over = chance.happens(0.6)
        later = max(move, min(moved.last, doc.issued))
        bounds = period(moved, partial(chance, end)) if over else open_period(moved, later)
        second = doc.record(
            *("detention", KG.Detention, f"{name} held before trial", KG.detainee, one.who.iri),
            *(KG.detentionType, kind, KG.heldOnCharge, one.charge, KG.follows, first, *bounds),
        )
        if not over:
            doc.say(second, KG.authorisedUntil, TERMS[move + 60])
        doc.claim(f"{name} was taken into custody and kept there.", first, second)
        if over and chance.happens(0.5):
            _release(doc, one.who, second, end)


def _release(doc: Document, who: Person, stay: str, day: int) -> None:
    release = doc.record(
        *("release", KG.Release, f"Release of {who.name}", KG.eventType, KGV.event_release),
        *(KG.releasedPerson, who.iri, KG.releasedFrom, stay, *moment(partial(doc.chance, day))),
    )
    doc.claim(f"{who.name} was let go.", release)


def _trial(doc: Document, case: Case, day: int) -> None:
    chance = doc.chance
    trial = doc.record(
        *("trial", KG.Trial, f"Trial: {case.name}", KG.eventType, KGV.event_trial),
        *(KG.inCase, case.iri, *moment(partial(chance, day))),
    )
    judge = doc.reference.judge(chance.rank(doc.reference.judges))
    seat = doc.record(
        *("participation", KG.Participation, f"Judge in: {case.name}", KG.participant),
        *(judge.iri, KG.inOccurrent, trial, KG.role, KGV.role_judge),
    )
    doc.claim(f"{case.court.name} tries the case.", trial, seat)
    for n in range(chance.few(4)):
        heard = min(day + n * 7, doc.issued)
        hearing = doc.record(
            *("hearing", KG.Hearing, f"Hearing {n + 1}: {case.name}", KG.inCase, case.iri),
            *(KG.eventType, KGV.event_hearing, *moment(partial(chance, heard))),
        )
        doc.claim(f"Hearing no. {n + 1} was held at {case.court.name}.", hearing)


def _verdict(doc: Document, case: Case, day: int) -> str:
    """The verdict; empty for an acquittal."""
    chance = doc.chance
    guilty = chance.happens(0.9)
    for one in case.accused if guilty else ():
        one.sentence = _sentence(doc, one, chance.happens(0.55))
    verdict = doc.record(
        *("verdict", KG.Verdict, f"Verdict: {case.name}", KG.eventType, KGV.event_verdict),
        *(KG.inCase, case.iri, KG.decidedBy, case.court.iri, KG.outcome),
        KGV.outcome_guilty if guilty else KGV.outcome_acquitted,
        *(part for one in case.accused for part in (KG.decidesCharge, one.charge)),
        *(part for one in case.accused if one.sentence for part in (KG.imposes, one.sentence)),
        *moment(partial(chance, day)),
    )
    status = KGV.charge_convicted_as_charged if guilty else KGV.charge_acquitted
    for one in case.accused:
        doc.say(one.charge, KG.chargeStatus, status)
    said = "found guilty" if guilty else "cleared"
    sentences = [one.sentence for one in case.accused if one.sentence]
    doc.claim(
        f"{case.accused[0].who.name} was {said} by {case.court.name}.",
        *(verdict, *sentences),
        how=KGV.modality_officially_stated if chance.happens(0.2) else KGV.modality_reported,
    )
    return verdict if guilty else ""


def _sentence(doc: Document, one: Charged, hard: bool, replaces: str = "") -> str:
    chance = doc.chance
    kind = CUSTODIAL if hard else chance.of(MILD)
    months = 6 * (1 + chance.rank(20))
    term = (KG.duration, duration(months), KG.durationMonths, integer(months))
    if chance.happens(0.1):
        term = (KG.durationUnknown, TRUE)  # type: ignore[assignment]
    return doc.record(
        *("sentence", KG.Sentence, f"Sentence of {one.who.name}", KG.sentenceOf, one.who.iri),
        *(KG.sentenceType, kind, KG.lawBranch, KGV.branch_criminal),
        *(KG.sentenceFor, one.charge, *term),
        *((KG.replacesSentence, replaces) if replaces else ()),
    )


def _appeal(doc: Document, case: Case, verdict: str, day: int) -> None:
    """Upheld mostly, else a milder sentence for each."""
    chance = doc.chance
    upheld = chance.happens(0.7)
    new = []
    for one in () if upheld else case.accused:
        new.append(_sentence(doc, one, False, one.sentence))
    court = doc.reference.court(chance.rank(doc.reference.courts))
    appeal = doc.record(
        *("appeal", KG.AppealDecision, f"Appeal: {case.name}", KG.inCase, case.iri),
        *(KG.eventType, KGV.event_appeal_decision, KG.reviews, verdict, KG.decidedBy, court.iri),
        *(KG.outcome, KGV.outcome_upheld if upheld else KGV.outcome_replaced),
        *(part for sentence in new for part in (KG.imposes, sentence)),
        *moment(partial(chance, day)),
    )
    doc.claim(f"{court.name} ruled on the appeal.", appeal, *new)
