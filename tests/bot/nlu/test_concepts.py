"""What words are about: the longest phrase counts, unknown words stay, the lists are folded."""

from __future__ import annotations

from backend.forms.folding import fold_lower
from bot.components import concepts


def test_the_longest_phrase_is_taken() -> None:
    told = [about for _, about in concepts.read("khong phai toi dau ban oi".split())]
    assert told[0] == ("not_me",)


def test_words_of_one_meaning_give_the_same_features() -> None:
    assert set(concepts.features("go ten toi".split())) & set(concepts.features("xoa ten toi".split())) >= {"@remove"}


def test_unknown_words_stay_in_the_gist() -> None:
    assert "=^ zebra" in set(concepts.features(["zebra"]))


def test_a_text_without_a_known_word_has_no_concept() -> None:
    assert not [name for name in concepts.features(["zebra", "quux"]) if name.startswith(concepts.ABOUT)]


def test_lists_are_folded() -> None:
    phrases = [" ".join(phrase) for known in concepts._INDEX.values() for phrase, _ in known]
    assert [phrase for phrase in phrases if phrase != fold_lower(phrase)] == []
