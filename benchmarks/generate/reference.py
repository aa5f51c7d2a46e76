"""What all documents share: the corpus's law and places, more of both, courts, bodies, hubs.

How many there are grows as the root of the size, so that a hub stays a hub at every size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from pathlib import Path

import pyoxigraph as ox

from benchmarks.generate.chance import Chance
from benchmarks.generate.dates import DAYS as CALENDAR
from benchmarks.generate.dates import LAST, Span, moment
from benchmarks.generate.names import ENDINGS, ROOTS, Person, person
from benchmarks.generate.terms import ALSO, ID, KG, KGV, LABEL, TYPE, entity, plain, text

CORPUS = Path(__file__).resolve().parents[2] / "data" / "iphr-kazakhstan-2022"
COUNTRY = entity("kazakhstan")
CODE = entity("criminal-code")
CURATORS = entity("kgraph-curators")
POLICE, PROSECUTION = entity("police-department"), entity("prosecuting-authorities")
ORGANISATION_KINDS = ("NGO", "NGO", "MediaOutlet", "Coalition", "StateBody", "Ministry")
MOVEMENT_KINDS = ("Movement", "PoliticalParty", "InitiativeGroup")
CITIES = ("Almaty", "Nur-Sultan", "Shymkent", "Taldykorgan", "Zhanaozen", "Kostanay")


@dataclass(frozen=True, slots=True)
class Named:
    iri: str
    name: str


@dataclass(frozen=True, slots=True)
class Hub:
    """An event that much else refers to."""

    iri: str
    name: str
    day: int


class Reference:
    """Pools to choose from; members are made from their number."""

    def __init__(self, triples: int) -> None:
        root = isqrt(triples)
        self.places = len(CITIES) + root // 4
        self.courts = 3 + root // 5
        self.judges = 3 + root // 4
        self.extra_articles = root // 10
        self.organisations = 8 + root // 2
        self.movements = 3 + root // 10
        self.hubs = 2 + root // 200

    @cached_property
    def _corpus(self) -> list[ox.Triple]:
        """Law and places of the corpus, without what is claimed about them."""
        quads = [
            quad.triple
            for name in ("law.ttl", "places.ttl")
            for quad in ox.parse(path=str(CORPUS / name), format=ox.RdfFormat.TURTLE)
        ]
        wanted = {
            t.subject.value
            for t in quads
            if isinstance(t.subject, ox.NamedNode)
            and t.predicate.value.endswith("#type")
            and _name(t.object) in {"LegalInstrument", "LegalProvision", "City", "Country"}
        }
        kept = {"type", "prefLabel", "altLabel", "articleNumber", "withinProvision", "penalises"}
        kept |= {"locatedIn"}
        return [
            t
            for t in dict.fromkeys(quads)
            if getattr(t.subject, "value", "") in wanted and _name(t.predicate) in kept
        ]

    @cached_property
    def articles(self) -> list[tuple[Named, str]]:
        """Provisions of the corpus that penalise something, with the offence."""
        return [
            (Named(str(t.subject), _name(t.subject)), str(t.object))
            for t in self._corpus
            if _name(t.predicate) == "penalises"
        ]

    def place(self, number: int) -> Named:
        if number < len(CITIES):
            return Named(entity(CITIES[number].lower()), CITIES[number])
        root, ending = ROOTS[number % 31][0], ("abad", "kent", "tobe", "bulak")[number // 31 % 4]
        name = f"{root}{ending}" + (f" {number // 124 + 1}" if number >= 124 else "")
        return Named(entity(f"place-{number}"), name)

    def court(self, number: int) -> Named:
        place = self.place(number % self.places).name
        kind = ("city court", "district court", "regional court", "specialised court")[number % 4]
        return Named(entity(f"court-{number}"), f"{place} {kind} no. {number // 4 + 1}")

    def organisation(self, number: int) -> Named:
        root = ROOTS[number % 31][0]
        kind = ("Human Rights Watchers", "Legal Aid", "News", "Coalition", "Office", "Ministry")
        name = f"{root} {kind[number % 6]}" + (f" {number // 186 + 1}" if number >= 186 else "")
        return Named(entity(f"organisation-{number}"), name)

    def movement(self, number: int) -> Named:
        root, ending = ROOTS[number % 31][0], ENDINGS[number // 31 % 11][0]
        name = f"{root}{ending} Movement" + (f" {number // 341}" if number >= 341 else "")
        return Named(entity(f"movement-{number}"), name)

    def judge(self, number: int) -> Person:
        """Judges have names of their own, far above all others."""
        return person(900_000_000 + number)

    def hub(self, number: int) -> Hub:
        day = (number * 1_237 + 300) % LAST
        name = f"Unrest of {CALENDAR[day]:%B %Y}"
        return Hub(entity(f"unrest-{number}"), name, day)

    def statements(self, chance: Chance) -> Iterator[str]:
        """Everything that is said of the shared things, as 's p o'."""
        yield from (f"{t.subject} {t.predicate} {t.object}" for t in self._corpus)
        yield from self._bodies(chance)
        for n in range(self.extra_articles):
            article = entity(f"cc-{500 + n}")
            yield f"{article} {TYPE} {KG.LegalProvision}"
            yield f"{article} {LABEL} {text(f'Article {500 + n} of the Criminal Code')}"
            yield f"{article} {KG.articleNumber} {plain(str(500 + n))}"
            yield f"{article} {KG.withinProvision} {CODE}"
        for n in range(len(CITIES), self.places):
            place = self.place(n)
            yield from _thing(place, KG.City)
            yield f"{place.iri} {KG.locatedIn} {COUNTRY}"
        for n in range(self.hubs):
            hub = self.hub(n)
            yield f"{hub.iri} {TYPE} {KG.MassUnrest}"
            yield f"{hub.iri} {LABEL} {text(hub.name)}"
            yield f"{hub.iri} {KG.eventType} {KGV.event_mass_unrest}"
            bounds = moment(Span(hub.day, hub.day, CALENDAR[hub.day].isoformat(), None))
            for predicate, value in zip(bounds[::2], bounds[1::2], strict=True):
                yield f"{hub.iri} {predicate} {value}"

    def _bodies(self, chance: Chance) -> Iterator[str]:
        yield f"{entity('nur-sultan')} {KG.locatedIn} {COUNTRY}"
        yield from _thing(Named(CURATORS, "kgraph curators"), KG.Group)
        yield from _thing(Named(POLICE, "Police department"), KG.LawEnforcementBody)
        yield from _thing(Named(PROSECUTION, "Prosecuting authorities"), KG.Prosecution)
        for n in range(self.courts):
            court = self.court(n)
            yield from _thing(court, KG.Court)
            yield f"{court.iri} {KG.basedIn} {self.place(n % self.places).iri}"
        for n in range(self.organisations):
            body = self.organisation(n)
            yield from _thing(body, getattr(KG, ORGANISATION_KINDS[n % 6]))
            yield f"{body.iri} {KG.basedIn} {self.place(chance.rank(self.places)).iri}"
        for n in range(self.movements):
            yield from _thing(self.movement(n), getattr(KG, MOVEMENT_KINDS[n % 3]))
        for n in range(self.judges):
            judge = self.judge(n)
            yield from _thing(Named(judge.iri, judge.name), KG.Person)
            yield f"{judge.iri} {KG.describedAs} {KGV.position_judge}"
            yield f"{judge.iri} {ALSO} {text(judge.cyrillic, 'ru')}"


def _thing(named: Named, class_: str) -> Iterator[str]:
    yield f"{named.iri} {TYPE} {class_}"
    yield f"{named.iri} {LABEL} {text(named.name)}"


def _name(term: object) -> str:
    value = getattr(term, "value", "")
    return value.removeprefix(ID).rpartition("#")[2].rpartition("/")[2]
