"""Three people at work in a real browser: a researcher, a reader, a curator."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
from selenium.webdriver.support.ui import WebDriverWait
from tests.web.live import serving

import kgraph
from kgraph.config import Settings
from kgraph.graph import KnowledgeGraph
from kgraph.web import create_app, vendored

pytestmark = pytest.mark.xdist_group("browser")

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1280,1600",
)
PATIENCE = 60
BROKEN = """@prefix : <https://w3id.org/kgraph/id/> .
@prefix kg: <https://w3id.org/kgraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

:a-charge-without-an-accused a kg:Charge ;
    skos:prefLabel "A charge without an accused"@en .
"""


def absent(what: str) -> None:
    if os.environ.get("KGRAPH_REQUIRE_ALL"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first corpus on a real server."""
    settings = Settings(
        data=str(tmp_path_factory.mktemp("browser")), sources=str(ROOT), token="secret"
    )
    with KnowledgeGraph.open(settings) as graph, serving(create_app(graph), threads=4) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        absent("no browser: install Debian's chromium and chromium-driver")
    options = Options()
    options.binary_location = str(chromium)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    yield started
    started.quit()


@dataclass(frozen=True)
class Person:
    """Someone in front of the browser."""

    browser: WebDriver
    url: str

    def opens(self, path: str) -> None:
        self.browser.get(self.url + path)

    def sees(self, selector: str) -> WebElement:
        wait = WebDriverWait(self.browser, PATIENCE)
        return wait.until(lambda browser: browser.find_element(By.CSS_SELECTOR, selector))

    def clicks(self, selector: str) -> None:
        element = self.sees(selector)
        self.browser.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element
        )
        element.click()

    def reads(self, words: str) -> str:
        """The text of the page, once these words are in it: a page may be on its way yet."""
        wait = WebDriverWait(self.browser, PATIENCE)
        wait.until(text_to_be_present_in_element((By.TAG_NAME, "main"), words))
        return self.sees("main").text

    def follows(self, words: str) -> None:
        link = WebDriverWait(self.browser, PATIENCE).until(
            lambda browser: browser.find_element(By.LINK_TEXT, words)
        )
        link.click()


@pytest.fixture
def person(browser: WebDriver, url: str) -> Iterator[Person]:
    browser.get_log("browser")
    yield Person(browser, url)
    severe = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not [message for message in severe if " 404 " not in message and " 400 " not in message]
    loaded = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert all(name.startswith((url, "data:")) for name in loaded), "a page called elsewhere"


def test_a_researcher_asks_an_example_and_writes_her_own(person: Person):
    if not vendored.installed():
        absent("the editor is not installed: python -m kgraph.web.assets")
    person.opens("/query")
    person.clicks(".examples a")
    assert "example=" in person.browser.current_url
    person.clicks(".yasqe_queryButton")
    row = person.sees("#results table tbody tr")
    assert row.text.strip()
    text = (
        "PREFIX kg: <https://w3id.org/kgraph/ns#> SELECT ?person "
        "{ ?charge kg:accused ?person FILTER(CONTAINS(STR(?person), 'mamai')) } LIMIT 1"
    )
    person.browser.execute_script("kgraph.yasqe.setValue(arguments[0])", text)
    person.clicks(".yasqe_queryButton")
    person.clicks("#results a[href='/page/id/zhanbolat-mamai']")
    person.sees("article header.entity")
    assert "Zhanbolat Mamai" in person.browser.title


def test_a_query_with_a_fault_is_answered_with_the_cure(person: Person):
    if not vendored.installed():
        absent("the editor is not installed: python -m kgraph.web.assets")
    person.opens("/query?query=SELECT%20*%20%7B%20%3Fs%20skos:prefLabel%20%3Fo%20%7D")
    WebDriverWait(person.browser, PATIENCE).until(
        lambda browser: "prefix skos: is not declared" in browser.page_source
    )


def test_without_the_editor_a_text_field_does_the_work(person: Person, monkeypatch):
    monkeypatch.setattr(vendored, "installed", lambda: False)
    person.opens("/query")
    field = person.sees("#text")
    field.clear()
    field.send_keys("SELECT (1 + 1 AS ?two) {}")
    person.clicks("#run")
    assert person.sees("#results td").text == "2"


def test_a_reader_finds_a_person_and_reads_who_says_what(person: Person):
    person.opens("/")
    field = person.sees("#q")
    field.send_keys("Mamai", Keys.ENTER)
    person.follows("Zhanbolat Mamai")
    assert "Charge" in person.reads("reported")
    person.clicks("details.record summary")
    person.clicks("details.record[open] details summary")
    assert person.sees("details details[open] .claim .voice").text.strip()
    assert person.sees("details details[open] .claim .passage q").text.strip()
    person.clicks("#open-all")
    assert not person.browser.find_elements(By.CSS_SELECTOR, "details.record:not([open])")
    person.clicks("a.why")
    person.reads("It follows")


def test_a_reader_asks_why_and_why_not(person: Person):
    person.opens("/explain")
    for name, text in (
        ("subject", ":anton-knyazev"),
        ("predicate", "kg:allegedVictimOf"),
        ("object", ":attack-knyazev"),
    ):
        person.sees(f"input[name={name}]").send_keys(text)
    person.clicks("form.ask button")
    person.reads("follows by R302")
    cited = person.sees(".step a.number").get_attribute("href") or ""
    assert person.sees(".numbered" + cited[cited.index("#") :]).is_displayed()
    person.clicks("details.picture summary")
    WebDriverWait(person.browser, PATIENCE).until(
        lambda browser: browser.execute_script(
            "return document.querySelector('details.picture img').naturalWidth > 300"
        )
    )
    width = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert person.browser.execute_script(width) <= 0, "the page does not scroll sideways"
    path = "/explain?subject=:anton-knyazev&predicate=kg:victimOf&object=:attack-knyazev"
    person.opens(path)
    person.reads("The graph does not say this")
    person.clicks(".premises .lacks a.why")
    person.reads("Why not?")


def test_an_iri_typed_into_the_browser_leads_to_its_page(person: Person):
    person.opens("/id/zhanbolat-mamai")
    assert person.browser.current_url.endswith("/page/id/zhanbolat-mamai")
    person.opens("/ns#Charge")
    assert person.browser.current_url.endswith("/page/ns#Charge")
    assert person.sees("#Charge").is_displayed()


def test_a_curator_pastes_a_broken_record_and_reads_why_it_is_refused(person: Person):
    person.opens("/validate")
    person.browser.execute_script("document.getElementById('rdf').value = arguments[0]", BROKEN)
    person.browser.execute_script(
        "window.told = []; new MutationObserver(() => told.push(document.querySelector("
        "'#progress span')?.textContent)).observe(document.querySelector('#progress span'),"
        "{childList: true})"
    )
    person.clicks("form.check button")
    person.sees(".verdict.refused")
    told = person.browser.execute_script("return told.join('; ')")
    assert "OWL 2 RL" in told
    assert "shapes" in told
    page = person.reads("This would be refused")
    assert ":a-charge-without-an-accused" in page
    assert "kg:accused" in page
    person.clicks(".focus a.line")
    assert person.browser.current_url.endswith("#line-5")
    assert "marked" in person.sees("#line-5").get_attribute("class")


def test_the_keyboard_reaches_the_content_first(person: Person):
    person.opens("/page/id/zhanbolat-mamai")
    person.sees("body").send_keys(Keys.TAB)
    assert person.browser.switch_to.active_element.text == "Skip to content"
    headings = person.browser.execute_script(
        "return [...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))"
    )
    assert headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(headings, headings[1:], strict=False))
    unnamed = person.browser.execute_script(
        "return [...document.querySelectorAll('a,button,input:not([type=hidden])')].filter(e =>"
        "!(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length"
    )
    assert unnamed == 0


def test_a_report_in_one_file_is_a_page_that_can_be_read(browser: WebDriver, tmp_path: Path):
    files = ROOT / "examples" / "files"
    report = kgraph.validate(files / "people.ttl", shapes=files / "shapes.ttl", infer="rdfs")
    page = tmp_path / "report.html"
    page.write_text(report.serialize("html"), encoding="utf-8")
    browser.get_log("browser")
    size = browser.get_window_size()
    try:
        browser.set_window_size(500, 900)
        browser.get(page.as_uri())
        wide = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
    finally:
        browser.set_window_size(size["width"], size["height"])
    assert wide <= 0
    assert not browser.get_log("browser")
    headings = browser.execute_script(
        "return [...document.querySelectorAll('h1,h2,h3')].map(h => Number(h.tagName[1]))"
    )
    assert headings == [1, 2, 2, 3]
    record = browser.find_element(By.CSS_SELECTOR, "article")
    assert "Warning" in record.text
    assert "Give the day of birth as a date." in record.text
    bars = browser.execute_script(
        "return [...document.querySelectorAll('.counts .bar i')].map(bar => bar.clientWidth)"
    )
    assert len(bars) == 2
    assert all(bars)
    record.find_element(By.TAG_NAME, "summary").click()
    assert "INSERT DATA" in record.text


def test_a_narrow_screen_needs_no_sideways_scrolling(person: Person):
    size = person.browser.get_window_size()
    try:
        person.browser.set_window_size(500, 900)
        for path in ("/", "/page/id/zhanbolat-mamai", "/validate", "/page/ns"):
            person.opens(path)
            wide = person.browser.execute_script(
                "return document.documentElement.scrollWidth - innerWidth"
            )
            assert wide <= 0, path
    finally:
        person.browser.set_window_size(size["width"], size["height"])
