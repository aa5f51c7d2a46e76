"""One document: its head, its claims and passages, and the people it is the first to name."""

from collections import deque
from dataclasses import dataclass, field

from benchmarks.generate.chance import Chance
from benchmarks.generate.dates import DAYS, TERMS
from benchmarks.generate.names import Person, person
from benchmarks.generate.reference import COUNTRY, CURATORS, Named, Reference
from benchmarks.generate.terms import (
    ALSO,
    GRAPH,
    ID,
    ISSUED,
    KG,
    KGV,
    LABEL,
    TITLE,
    TRUE,
    TYPE,
    XSD,
    date,
    entity,
    integer,
    plain,
    text,
)

PHRASES = ("according to the", "it was said that", "on that day the", "as was learnt from")
LOOKS = ("activist", "journalist", "blogger", "human-rights-defender", "lawyer", "supporter")
RECENT = 2_000


@dataclass(slots=True)
class Told:
    """A record that a later document may speak of again."""

    iri: str
    class_: str
    name: str
    firm: bool


@dataclass(slots=True)
class World:
    """What passes from one document to the next: two counters and the last records."""

    reference: Reference
    people: int = 0
    recent: deque[Told] = field(default_factory=lambda: deque(maxlen=RECENT))


class Document:
    """Collects statements 's p o'; scenes write through it."""

    def __init__(self, world: World, chance: Chance, number: int, issued: int) -> None:
        self.world, self.chance, self.reference = world, chance, world.reference
        self.number, self.issued = number, issued
        self.iri = entity(f"document-{number}")
        self.graph = f"<{GRAPH}document-{number}>"
        self.lines: list[str] = []
        self._claims = self._records = 0
        self._offset = 40
        self._passage = ""
        self.publishers = self._publishers()
        self._passages = f"{ID}passage/document-{number}/"
        self._own_claims = f"{ID}claim/document-{number}/"

    def _publishers(self) -> list[Named]:
        pool, chance = self.reference.organisations, self.chance
        numbers = {chance.rank(pool), *([chance.rank(pool)] if chance.happens(0.4) else [])}
        return [self.reference.organisation(n) for n in sorted(numbers)]

    def say(self, subject: str, *pairs: str) -> None:
        """Predicates and objects in turn."""
        add = self.lines.append
        for predicate, value in zip(pairs[::2], pairs[1::2], strict=True):
            add(f"{subject} {predicate} {value}")

    def record(self, kind: str, class_: str, label: str, *pairs: str) -> str:
        """A new record of this document, with its class and label; its IRI."""
        self._records += 1
        iri = f"<{ID}{kind}-{self.number}-{self._records}>"
        self.lines.append(f"{iri} {TYPE} {class_}")
        self.lines.append(f'{iri} {LABEL} "{label}"@en')
        self.say(iri, *pairs)
        return iri

    def remember(self, iri: str, class_: str, name: str, firm: bool) -> None:
        self.world.recent.append(Told(iri, class_, name, firm))

    def claim(
        self,
        statement: str,
        *about: str,
        by: str | None = None,
        how: str = KGV.modality_reported,
        polarity: str = KGV.polarity_affirms,
    ) -> str:
        """A claim about records, in its own passage or that of the claim before."""
        return self._claim(
            statement, [part for a in about for part in (KG.about, a)], by, how, polarity
        )

    def value_claim(self, statement: str, subject: str, predicate: str, value: str) -> str:
        """A claim about one value; whoever calls also states the value."""
        target = KG.claimValue if value.startswith('"') else KG.claimObject
        pairs = [KG.claimSubject, subject, KG.claimPredicate, predicate, target, value]
        return self._claim(statement, pairs, None, KGV.modality_reported, KGV.polarity_affirms)

    def _claim(
        self, statement: str, target: list[str], by: str | None, how: str, polarity: str
    ) -> str:
        self._claims += 1
        iri = f"<{self._own_claims}{self._claims}>"
        voices = [by] if by else [one.iri for one in self.publishers]
        self.say(
            iri,
            *(TYPE, KG.Claim, KG.statement, f'"{statement}"@en', *target),
            *(part for voice in voices for part in (KG.attributedTo, voice)),
            *(KG.modality, how, KG.polarity, polarity, KG.evidence, self._next_passage()),
        )
        return iri

    def _next_passage(self) -> str:
        chance = self.chance
        if self._passage and chance.happens(0.15):
            return self._passage
        start = self._offset + chance.between(1, 60)
        self._offset = start + chance.between(40, 240)
        self._passage = f"<{self._passages}{self._claims}>"
        words = f"{chance.of(PHRASES)} {self.publishers[0].name}"
        self.say(
            self._passage,
            *(TYPE, KG.Passage, KG.inDocument, self.iri, KG.startOffset, integer(start)),
            *(KG.endOffset, integer(self._offset), KG.sha256, plain(chance.hash())),
            *(KG.phrase, text(words)),
        )
        return self._passage

    def someone(self, known: float = 0.35) -> Person:
        """Somebody new, whom this document describes, or somebody known: a few are, widely."""
        world, chance = self.world, self.chance
        if world.people and chance.happens(known):
            return person(world.people - 1 - chance.rank(world.people))
        if world.people and chance.happens(0.05):
            return person(chance.rank(world.people))
        one = person(world.people)
        world.people += 1
        self._introduce(one)
        return one

    def _introduce(self, one: Person) -> None:
        chance, iri = self.chance, one.iri
        self.say(iri, TYPE, KG.Person, LABEL, text(one.name), ALSO, text(one.short))
        if chance.happens(0.6):
            self.say(iri, ALSO, text(one.cyrillic, "ru"))
        if chance.happens(0.7):
            look = LOOKS[chance.rank(len(LOOKS))]
            concept = getattr(KGV, f"position_{look.replace('-', '_')}")
            self.say(iri, KG.describedAs, concept)
            self.value_claim(
                f"{one.name} is described as {look.replace('-', ' ')}.",
                *(iri, KG.describedAs, concept),
            )
        if chance.happens(0.25):
            place = self.reference.place(chance.rank(self.reference.places))
            self.say(iri, KG.basedIn, place.iri)
            self.value_claim(f"{one.name} lives in {place.name}.", iri, KG.basedIn, place.iri)
        if chance.happens(0.12):
            age = integer(chance.between(19, 78))
            self.say(iri, KG.age, age)
            self.value_claim(f"The age of {one.name} is given.", iri, KG.age, age)

    def opening(self) -> None:
        """What the document is; its length is said by `closing`."""
        chance, day = self.chance, DAYS[self.issued]
        capture = f"<{ID}capture-document-{self.number}>"
        title = f"Update no. {self.number} on civic freedoms, {day:%B %Y}"
        self.say(self.iri, TYPE, KG.SourceDocument, LABEL, text(title), TITLE, text(title))
        self.say(
            self.iri,
            *(KG.publicationType, KGV.source_update, KG.language, f'"en"^^<{XSD}language>'),
            *(KG.topic, COUNTRY, ISSUED, date(day.isoformat()), KG.capture, capture),
            *(p for one in self.publishers for p in (KG.publishedBy, one.iri)),
            *(p for one in self.publishers for p in (KG.authoredBy, one.iri)),
        )
        self.say(
            capture,
            *(TYPE, KG.Capture, KG.sha256, plain(chance.hash())),
            *(KG.capturedAt, f'"{day.isoformat()}T09:00:00Z"^^<{XSD}dateTime>'),
            *(KG.collectedBy, CURATORS, KG.captureTool, plain("generated")),
            *(KG.mediaType, plain("text/plain"), KG.cachedAt, plain(f"document-{self.number}.txt")),
            *(KG.collectionNote, text("Made up for measurements; nobody in it is real.")),
        )

    def closing(self) -> None:
        self.say(self.iri, KG.textLength, integer(self._offset + 200))
        if self.chance.happens(0.3):
            self.say(self.iri, KG.issuedEarliest, TERMS[self.issued], KG.issuedUnknown, TRUE)
