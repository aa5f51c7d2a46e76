"""Names of people, made from a number: the same number, the same name, and no two alike."""

from dataclasses import dataclass
from functools import lru_cache

GIVEN = [
    ("Aigerim", "Айгерим"), ("Askar", "Аскар"), ("Aliya", "Алия"), ("Bolat", "Болат"),
    ("Dana", "Дана"), ("Daulet", "Даулет"), ("Dinara", "Динара"), ("Erlan", "Ерлан"),
    ("Galym", "Галым"), ("Gulnara", "Гульнара"), ("Indira", "Индира"), ("Kairat", "Кайрат"),
    ("Karina", "Карина"), ("Laura", "Лаура"), ("Madina", "Мадина"), ("Marat", "Марат"),
    ("Nurlan", "Нурлан"), ("Oksana", "Оксана"), ("Pavel", "Павел"), ("Roza", "Роза"),
    ("Sabina", "Сабина"), ("Samat", "Самат"), ("Serik", "Серик"), ("Talgat", "Талгат"),
    ("Timur", "Тимур"), ("Vera", "Вера"), ("Zarina", "Зарина"), ("Zhanna", "Жанна"),
    ("Zhomart", "Жомарт"),
]  # fmt: skip
ROOTS = [
    ("Abdil", "Абдиль"), ("Akhmet", "Ахмет"), ("Alim", "Алим"), ("Amir", "Амир"),
    ("Baisar", "Байсар"), ("Berik", "Берик"), ("Daniyar", "Данияр"), ("Esen", "Есен"),
    ("Ibra", "Ибра"), ("Iskak", "Искак"), ("Kalym", "Калым"), ("Kasym", "Касым"),
    ("Kenzhe", "Кенже"), ("Mukan", "Мукан"), ("Musa", "Муса"), ("Nazar", "Назар"),
    ("Omar", "Омар"), ("Ospan", "Оспан"), ("Rakhim", "Рахим"), ("Sadyk", "Садык"),
    ("Sagyn", "Сагын"), ("Sultan", "Султан"), ("Tulegen", "Тулеген"), ("Umir", "Умир"),
    ("Utep", "Утеп"), ("Zhaksy", "Жаксы"), ("Zhuma", "Жума"), ("Zeinol", "Зейнол"),
    ("Shaim", "Шаим"), ("Turar", "Турар"), ("Tokhtar", "Тохтар"),
]  # fmt: skip
ENDINGS = [
    ("bayev", "баев"), ("bekov", "беков"), ("gali", "гали"), ("khanov", "ханов"),
    ("kyzy", "кызы"), ("zhanov", "жанов"), ("murat", "мурат"), ("uly", "улы"),
    ("tayev", "таев"), ("shin", "шин"), ("dinov", "динов"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    iri: str
    name: str
    family: str
    short: str
    """With the initial: shared by few, so that whoever compares names compares few."""
    cyrillic: str


@lru_cache(maxsize=4096)
def person(number: int) -> Person:
    """The given, family and middle names have prime counts, so that they meet in all ways."""
    (given, given_c), rest = GIVEN[number % 29], number // 29
    (root, root_c), rest = ROOTS[(number + rest) % 31], rest // 31
    (ending, ending_c), rest = ENDINGS[(number + rest) % 11], rest // 11
    family, family_c = root + ending, root_c + ending_c
    middle = f" {_roman(rest)}" if rest else ""
    iri = f"<https://w3id.org/kgraph/id/{given}-{family}-{number}>".lower()
    short = f"{given[0]}.{middle} {family}"
    return Person(iri, f"{given}{middle} {family}", family, short, f"{given_c}{middle} {family_c}")


def _roman(number: int) -> str:
    """A middle name of letters for the rounds after the first."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters + "."
