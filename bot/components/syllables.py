"""Vietnamese syllables: which strings can be one, and what keystrokes left undecoded meant.

A word is handled in two forms.  *Folded*: lower case ASCII (`sot`).  *Marked*: vowel marks kept and the tone as a digit
at the end (`sôt1`), so that `hòa` and `hoà` are one word and a Telex or VNI residue reads like the letter it stood for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSETS = "ngh ng nh gh gi kh ph qu th tr ch b c d g h k l m n p q r s t v x".split()
_RIMES = frozenset(
    "a ac ach ai am an ang anh ao ap at au ay e ec em en eng enh ech eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in inh "
    "ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong op ot u ua uan uang uat uay uc "
    "ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu "
    "ien iet".split()
)
_LONG_O = frozenset(("xoong", "boong", "coong"))  # elsewhere "oong" is Telex for "ông"
_TONES = {"\u0301": 1, "\u0300": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
_TELEX_TONES = {"s": 1, "f": 2, "r": 3, "x": 4, "j": 5}
_TELEX_MARKS = (
    ("dd", "đ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("aw", "ă"),
    ("uow", "ươ"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_VNI_MARKS = {"a6": "â", "e6": "ê", "o6": "ô", "o7": "ơ", "u7": "ư", "a8": "ă", "d9": "đ"}
_PLAIN = str.maketrans("âăêôơưđ", "aaeooud")
_TELEX = re.compile(r"[a-z]{2,9}")
_VNI = re.compile(r"(?=.*\d)[a-z][a-z\d]{1,9}")
_VOWEL = re.compile(r"[aeiouyâăêôơư]")


@lru_cache(maxsize=20_000)
def is_syllable(folded: str) -> bool:
    """Whether the folded string has the shape of a Vietnamese syllable."""
    if folded in _RIMES or folded in _LONG_O:
        return True
    return any(folded.startswith(onset) and folded[len(onset) :] in _RIMES for onset in _ONSETS)


def marked(word: str) -> str:
    """`word` (lower case) with its vowel marks, the tone as a digit at the end; no digit for the level tone."""
    tone, letters = 0, []
    for character in unicodedata.normalize("NFD", word):
        if character in _TONES:
            tone = _TONES[character]
        else:
            letters.append(character)
    return unicodedata.normalize("NFC", "".join(letters)) + (str(tone) if tone else "")


_MARKS = {str(tone): mark for mark, tone in _TONES.items()}


@lru_cache(maxsize=20_000)
def accented(form: str) -> str:
    """The word as it is written with its accents, from its marked form: `hô5` -> `hộ`."""
    letters = form.rstrip("12345")
    vowels = [at for at, letter in enumerate(letters) if letter in "aeiouyâăêôơư"]
    if letters == form or not vowels:
        return letters
    marked_vowels = [at for at in vowels if letters[at] in "âăêôơư"]
    closed = vowels[-1] < len(letters) - 1 or len(vowels) == 1
    at = marked_vowels[-1] if marked_vowels else vowels[-1] if closed else vowels[-2]
    return unicodedata.normalize("NFC", letters[: at + 1] + _MARKS[form[-1]] + letters[at + 1 :])


@lru_cache(maxsize=20_000)
def from_keystrokes(word: str) -> str | None:
    """The marked form of a Telex or VNI residue (`soots`, `so61t`, `toio`), None where the string is not one."""
    if _TELEX.fullmatch(word) and not is_syllable(word):
        return _valid(_telex(word))
    if _VNI.fullmatch(word):
        return _valid(_vni(word))
    return None


def _valid(candidate: tuple[str, int] | None) -> str | None:
    if candidate is None or not is_syllable(candidate[0].translate(_PLAIN)):
        return None
    return candidate[0] + (str(candidate[1]) if candidate[1] else "")


def _telex(word: str) -> tuple[str, int] | None:
    vowel = _VOWEL.search(word)
    if vowel is None:
        return None
    tone = 0
    for position in range(len(word) - 1, vowel.start(), -1):
        if word[position] in _TELEX_TONES:
            tone, word = _TELEX_TONES[word[position]], word[:position] + word[position + 1 :]
            break
    return _telex_marks(word), tone


def _telex_marks(word: str) -> str:
    for keys, letter in _TELEX_MARKS:
        word = word.replace(keys, letter)
    last = word[-1:]
    if last in "aeo" and not is_syllable(word.translate(_PLAIN)) and last in word[:-1]:
        word = word[:-1].replace(last, {"a": "â", "e": "ê", "o": "ô"}[last], 1)  # the mark typed at the end: "toio"
    if last == "d" and word.startswith("d") and len(word) > 1:
        word = "đ" + word[1:-1]
    if "w" in word:
        word = word.replace("w", "") if any(c in word for c in "auo") else word.replace("w", "ư")
    return word


def _vni(word: str) -> tuple[str, int] | None:
    tone, letters = 0, ""
    for character in word:
        if not character.isdigit():
            letters += character
        elif character in "12345" and not tone and _VOWEL.search(letters):
            tone = int(character)
        elif not _vni_mark(character, letters):
            return None
        else:
            letters = _vni_mark(character, letters) or letters
    return letters, tone


def _vni_mark(digit: str, letters: str) -> str | None:
    for position in range(len(letters) - 1, -1, -1):
        mark = _VNI_MARKS.get(letters[position] + digit)
        if mark:
            return letters[:position] + mark + letters[position + 1 :]
    return None
