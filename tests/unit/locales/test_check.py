"""What `python -m backend.i18n_check` finds, and that the product has none of it."""

from pathlib import Path

import pytest

from backend import i18n_check, i18n_keys
from backend.i18n import Language


def language(code, status="complete"):
    return Language(code, code, "Latn", "gsm7", "%d/%m/%Y", status, "author")


def found_in(tmp_path, source):
    path = tmp_path / "module.py"
    path.write_text(source)
    return i18n_keys.read_code([path])


def test_the_products_texts_are_complete(capsys):
    status = i18n_check.main()
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ('Reply("apology")', {"apology"}),
        ('say.reply(dispatcher, "cancelled")', {"cancelled"}),
        ('say.reply(dispatcher, "greet" if form else "hello")', {"greet", "hello"}),
        ('self._texts.text("choice_line", language)', {"choice_line"}),
        ('Rejected("since_old", {"days": 3})', {"wrong_since_old"}),
        ('choice = {"send": "1", "key": "choice_yes"}', {"choice_yes"}),
        ('args = {"kept": {"$key": "kept_law"}}', {"kept_law"}),
        ('print("not a key")', set()),
    ],
)
def test_keys_are_found_where_code_says_something(tmp_path, source, needed):
    assert found_in(tmp_path, source).needed == needed


def test_an_f_string_stands_for_a_family_of_keys(tmp_path):
    found = found_in(tmp_path, 'key = f"advice_{level}"')
    assert i18n_keys.is_used("advice_red", found)
    assert not i18n_keys.is_used("device_red", found)


def test_a_form_calls_for_the_texts_of_its_questions():
    keys = set(i18n_keys.form_keys())
    assert {
        "ask_symptoms",
        "label_symptoms",
        "help_symptoms",
        "example_symptoms",
        "choice_fever",
        "wrong_symptoms",
    } <= keys
    assert {"wrong_birth_year_old", "ask_confirm", "receipt_health"} <= keys


def test_a_page_calls_for_its_texts(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<b>{{ t('sim_title') }}</b><script>words.sim_send</script>")
    assert i18n_keys.read_templates([page]) == {"sim_title", "sim_send"}


def test_missing_stale_and_disagreeing_texts_are_listed():
    found = i18n_keys.Found(needed={"ask", "gone"})
    entries = {
        "vi": {("ask", ""): "{name} đi đâu?", ("old", ""): "Cũ"},
        "en": {("ask", ""): "Where did {person} go?"},
        "zh": {},
    }
    languages = {"vi": language("vi"), "en": language("en"), "zh": language("zh", "partial")}
    assert list(i18n_check.problems(found, languages, entries)) == [
        "missing in vi: gone",
        "missing in en: gone",
        "stale: old",
        "arguments of ask differ in en: ['person'], Vietnamese has ['name']",
    ]


def test_a_variant_may_leave_arguments_out_but_not_invent_any():
    entries = {"vi": {("ask", ""): "{name}, {hotline}", ("ask", "ussd"): "Đâu?", ("ask", "voice"): "{place}"}}
    assert list(i18n_check.disagreements("vi", entries)) == [
        "arguments of ask (voice) differ in vi: ['place'], Vietnamese has ['name']"
    ]


def test_catalogues_are_readable_by_other_tools():
    """Headers, UTF-8, no entry twice: what translators' editors ask for."""
    polib = pytest.importorskip("polib")
    for path in Path(i18n_keys.ROOT, "locales").rglob("*.po"):
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
        assert catalogue.metadata["Content-Type"] == "text/plain; charset=utf-8"
        assert not catalogue.untranslated_entries()
