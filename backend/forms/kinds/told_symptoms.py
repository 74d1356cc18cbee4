"""Symptoms told in words: which phrases tell which, and which of them a text denies."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from backend.forms.folding import agrees, fold_lower, nfc

# Symptom id -> the phrases, accented, that tell it.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "fever": ("sốt", "nóng sốt", "phát sốt", "sốt cao", "sốt nhẹ", "nóng lạnh", "sốt rét", "sốt xuất huyết",
              "fever"),
    "cough": ("ho", "ho khan", "ho đờm", "ho có đờm", "ho nhiều", "bị ho", "cough", "coughing"),
    "breathing_difficulty": (
        "khó thở", "thở khó", "hụt hơi", "thở dốc", "ngạt thở", "thở không được", "khó khăn khi thở",
        "shortness of breath", "breathless", "difficulty breathing", "breathing difficulty",
    ),
    "pneumonia": ("viêm phổi", "sưng phổi", "pneumonia"),
    "sore_throat": ("đau họng", "viêm họng", "rát họng", "đau cổ họng", "ngứa họng", "rát cổ họng", "rát cổ",
                    "đau rát họng", "sore throat"),
    "fatigue": ("mệt mỏi", "mệt", "mỏi mệt", "uể oải", "mỏi người", "đuối sức", "fatigue", "tired"),
    "vomiting": ("nôn", "buồn nôn", "nôn mửa", "ói", "ói mửa", "mắc ói", "vomiting", "nausea"),
    "diarrhoea": ("tiêu chảy", "ỉa chảy", "đi ngoài", "đau bụng đi ngoài", "diarrhoea", "diarrhea"),
    "skin_haemorrhage": ("xuất huyết ngoài da", "xuất huyết dưới da", "xuất huyết", "haemorrhage"),
    "rash": ("nổi ban", "phát ban", "nổi mẩn", "mẩn đỏ", "rash"),
}  # fmt: skip

_NEGATORS = (
    "không", "ko", "k", "kg", "kh", "khg", "hok", "hông", "hem", "chưa", "chả", "chẳng", "hết", "khỏi", "dứt",
    "nỏ", "no", "not", "dont", "without", "never", "xóa", "gạch", "remove", "delete",
    "nếu", "if", "neither", "nor", "sợ", "tưởng", "recovered", "méo",
    "đéo", "đếch",
)  # fmt: skip
_NEGATING_PAIRS = (
    ("đâu", ("co", "bi", "ra")),
    ("gì", ("co",)),
    ("nào", ("co",)),
    ("mô", ("co",)),
)  # "đâu có sốt", "làm gì có sốt"
# Words over which a denial reaches on: "khong co trieu chung sot hay ho", "khong tiep xuc voi ai bi sot".
_LINKS = frozenset(
    """bi co he thay con cam giac benh kem va hay hoac lan nao gi any and or have roi dang cung trieu chung dau
    hieu bat ky nhu la ai nguoi voi tiep xuc gan bieu hien phai tung longer more had got been a the khi bao
    han phat having cua feel feeling think sign signs of symptom symptoms from to cai duoc sach
    tron mac dinh""".split()
)
_SPEAKERS = frozenset("toi em con chau minh tui bac co chu anh chi ong ba to i".split())
_BEFORE_SPEAKERS = ("nao", "gio", "neu", "if", "think", "so")  # "chưa khi nào tôi bị", "nếu tôi sốt", "sợ con ho"
_UP_TO, _POINT = ("toi", "den"), ("noi", "muc")
_PAST = frozenset((("nam", "ngoai"), ("hoi", "nho"), ("hoi", "tre"), ("ngay", "xua"), ("hoi", "xua"), ("last", "year")))
_BEFORE_THROAT = frozenset("dau rat viem ngua kho cai trong co".split())  # "hong" after one is the throat, not a no
# What may stand between a symptom and the word that says it is over ("sốt hôm qua, hôm nay hết rồi").
_NOW = frozenset("gio nay ni now ra".split())  # "ra": "đúng ra không có"
_BETWEEN = _NOW | frozenset(
    """thi la da cung deu tu hom bua bay hien qua kia truoc ngay tuan nhung ma dung that thuc sang trua chieu
    dem tuyet nhien but it is has went : , hoi chu dot luc yesterday last night""".split()
)
_OVER = frozenset("""het dut khoi lui gone away stopped disappeared passed cleared free off over xong""".split())
_WELL = frozenset("khoe on binh".split())  # "bình thường"
_CLOSING = frozenset("""roi han nua luon hoan toan ca today anymore lau xa""".split())  # after a word that says so
_AFTER_NO = frozenset(("con", "co", "bi", "thay"))  # "sốt thì không có", "giờ không còn"
_NONE_AT_ALL = tuple((first, last) for first in ("gi", "chi", "nao") for last in ("het", "ca", "dau"))
_APART_FROM = ("ngoai", "tru")  # "ngoài sốt ra thì không bị gì": the fever is there
_OTHER_SIGNS = frozenset("trieu dau bieu".split())  # "sốt thì không triệu chứng gì khác"
_TURNS = frozenset("nhung ma chi chu va but".split())  # a new clause without a sign
_AGO = frozenset(  # "hết từ hôm kia", "hết rồi còn ho", "gone since yesterday"
    "tu hom may duoc cach con van mot hai ba bon nam since last yesterday today now for".split()
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[,.;:\n+&/]")

_Token = tuple[str, int, int]  # text, start, end


class Mention(NamedTuple):
    """A symptom named in a text; `start` and `end` are offsets into the composed (NFC) text."""

    value: str
    start: int
    end: int
    denied: bool


def find_symptoms(text: str) -> list[Mention]:
    """Every symptom named in a text, in order, with whether it is denied ("ko ho", "het sot", "sot thi khong").

    A denial covers the symptoms that follow it without a comma or a contrast ("khong sot ho" denies both), or the one
    before it that it says is over ("truoc sot gio het roi").
    """
    composed = nfc(text)
    tokens = [(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(composed)]
    mentions: list[Mention] = []
    denying = reached = False  # a denial is on; it reached the last symptom from before
    at = 0
    while at < len(tokens):
        value, length = _phrase_at(tokens, at)
        if value:
            denied = denying or _long_ago(tokens, at, at + length) or _denied_after(tokens, at, at + length)
            mentions.append(Mention(value, tokens[at][1], tokens[at + length - 1][2], denied))
            reached = denying
        elif _denies(tokens, at):
            backwards = not reached and _ends_clause(tokens, at, mentions)
            denying = not backwards and not _still_there(tokens, at)
        elif not _carries(tokens, at) or _turns(tokens, at):
            denying = False
        at += length
    return _jointly(composed, mentions)


def _jointly(text: str, mentions: list[Mention]) -> list[Mention]:
    """ "ho hay sốt đều không có": what is denied of the last is denied of those joined to it with "or"."""
    for number in range(len(mentions) - 1, 0, -1):
        before, after = mentions[number - 1 : number + 1]
        between = fold_lower(text[before.end : after.start]).strip()
        then = fold_lower(text[after.end :]).split()[:1]
        both = then == ["deu"] or (then in (["thi"], ["cung"]) and between != ",")
        if after.denied and (
            between in ("hay", "hoac", "hay la", "lan") or (both and between in ("", ",", "va", "voi"))
        ):
            mentions[number - 1] = before._replace(denied=True)
    return mentions


def _phrase_at(tokens: Sequence[_Token], at: int) -> tuple[str | None, int]:
    """(symptom id, words) of the longest phrase that starts here; (None, 1) when none does."""
    for length, phrase, value in _phrase_index().get(fold_lower(tokens[at][0]), ()):
        if agrees(" ".join(token for token, _, _ in tokens[at : at + length]), phrase):
            return value, length
    return None, 1


@lru_cache(maxsize=1)
def _phrase_index() -> Mapping[str, list[tuple[int, str, str]]]:
    """First syllable, folded -> (words, phrase, symptom id), longest first."""
    index: dict[str, list[tuple[int, str, str]]] = {}
    told = ((len(phrase.split()), phrase, value) for value, phrases in PHRASES.items() for phrase in phrases)
    for length, phrase, value in sorted(told, reverse=True):
        index.setdefault(fold_lower(phrase.split()[0]), []).append((length, phrase, value))
    return index


def _denies(tokens: Sequence[_Token], at: int) -> bool:
    word = tokens[at][0]
    throat = at > 0 and word.lower() == "hong" and fold_lower(tokens[at - 1][0]) in _BEFORE_THROAT
    nought = word == "0" and (at == 0 or tokens[at - 1][0].isalpha())  # "0 sốt 0 ho", but not "38.0"
    return nought or (is_negator(word) and not throat) or _opens_pair(tokens, at) or _lowers(tokens, at)


def _opens_pair(tokens: Sequence[_Token], at: int) -> bool:
    """ "đâu có", "làm gì có": no single word of it denies."""
    word, following = tokens[at][0], fold_lower(tokens[at + 1][0]) if at + 1 < len(tokens) else ""
    return any(following in follow and agrees(word, first) for first, follow in _NEGATING_PAIRS)


def _carries(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a denial reaches over this word: "khong co dau hieu", "chua bao gio toi bi"."""
    word, before = fold_lower(tokens[at][0]), fold_lower(tokens[at - 1][0]) if at else ""
    following = fold_lower(tokens[at + 1][0]) if at + 1 < len(tokens) else ""
    if (word in _UP_TO and following in _POINT) or (word in _POINT and before in _UP_TO):
        return True  # "chưa tới nỗi sốt"
    return word in _LINKS or (word == "gio" and before == "bao") or (word in _SPEAKERS and before in _BEFORE_SPEAKERS)


def _long_ago(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """ "năm ngoái có bị sốt": told of the past."""
    before = [fold_lower(token) for token, _, _ in tokens[max(start - 5, 0) : start]]
    around = before + [fold_lower(token) for token, _, _ in tokens[end : end + 3]]
    return any(pair in _PAST for pair in itertools.pairwise(around)) and not (_NOW | {"tu", "nay"}) & set(around)


def _lowers(tokens: Sequence[_Token], at: int) -> bool:
    """ "hạ sốt", what medicine does or did; "Hà sốt" is somebody's fever."""
    around = [fold_lower(token) for token, _, _ in tokens[max(at - 1, 0) : at + 2]]
    if around[-2:] == ["lui", "sot"]:
        return True
    return around[-2:] == ["ha", "sot"] and (tokens[at][0].lower() == "hạ" or around[0] in ("thuoc", "da"))


def _turns(tokens: Sequence[_Token], at: int) -> bool:
    """ "hết sốt còn ho": what is still there; but "không còn ho"."""
    before = tokens[at - 1][0] if at else ""
    return at > 0 and fold_lower(tokens[at][0]) == "con" and not is_negator(before) and fold_lower(before) != "nao"


def _still_there(tokens: Sequence[_Token], at: int) -> bool:
    """ "chua het sot", "khong khoi": not over, so there it is."""
    return at > 0 and fold_lower(tokens[at][0]) in ("het", "khoi", "dut") and is_negator(tokens[at - 1][0])


@lru_cache(maxsize=2048)
def is_negator(word: str) -> bool:
    """Whether a word denies by itself."""
    return any(agrees(word, negator) for negator in _NEGATORS)


def _denied_after(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Whether what follows the symptom of these tokens takes it back."""
    words = [fold_lower(token) for token, _, _ in tokens[end:]]
    if start and fold_lower(tokens[start - 1][0]) in _APART_FROM:
        return False
    if words[:1] == ["dau"] and (tokens[end][0].lower() == "đâu" or _is_asked(tokens, start)):
        return words[1:2] in ([], ["ma"]) or not words[1].isalnum()  # "có sốt đâu"
    if tuple(words[:2]) in _NONE_AT_ALL or tuple(words[1:3]) in _NONE_AT_ALL:
        return True  # "không sốt, ho gì hết", "ho hen gì đâu"
    at = next((number for number, word in enumerate(words) if word not in _BETWEEN and not word.isdigit()), len(words))
    between = set(words[:at])
    if at == len(words) or ("," in between and not _NOW & between and words[at] not in _OVER):
        return False
    if words[at] == "chi":
        return bool(_NOW & between)  # "trước sốt giờ chỉ còn ho"
    if words[at] in _WELL:
        return bool((_NOW | {"thi", "da"}) & between)  # "tuần trước ho, giờ khỏe rồi"
    if words[at] == "chua" and "thi" in between and _over_before(tokens, start):
        return False  # "ho thì hết, sốt thì chưa"
    negator = words[at] not in _OVER and (is_negator(tokens[end + at][0]) or _opens_pair(tokens, end + at))
    return _refuses(words[at + 1 :], between) if negator else _says_over(words[at:])


def _over_before(tokens: Sequence[_Token], start: int) -> bool:
    return any(fold_lower(token) in _OVER for token, _, _ in tokens[:start])


def _says_over(words: Sequence[str]) -> bool:
    """Whether this says that what came before is over: "het roi", "gone since yesterday"."""
    if words[0] == "lanh":
        return words[1:2] != [] and words[1] in _CLOSING  # alone it may be a chill
    return words[0] in _OVER and _closes(words[1:], _TURNS | _AGO)


def _refuses(words: Sequence[str], between: set[str]) -> bool:
    """Whether a "no" with these words after it is about what came before it: "thi khong", "khong co", "chua thay"."""
    if {"thi", "cung"} & between:
        return not _OTHER_SIGNS & set(words[:2])
    if words[:1] and words[0] in _AFTER_NO:
        return _closes(words[1:], _TURNS | {"con"})
    return _closes(words, _TURNS)


def _closes(words: Sequence[str], turns: frozenset[str]) -> bool:
    """Whether a clause ends here, or after small words that close it."""
    rest = list(itertools.dropwhile(_CLOSING.__contains__, words))
    closed = words[: len(words) - len(rest)] not in ([], ["han"])  # "hết hẳn ho": what is over comes after
    return not rest or rest[0] in turns or not rest[0].isalpha() or closed


def _is_asked(tokens: Sequence[_Token], start: int) -> bool:
    return start > 0 and fold_lower(tokens[start - 1][0]) in ("co", "bi")


def _ends_clause(tokens: Sequence[_Token], at: int, mentions: Sequence[Mention]) -> bool:
    """ "sốt thì không", "ho cũng không": what is denied stands before; but "con tôi thì không sốt"."""
    told = at > 1 and bool(mentions) and mentions[-1].end == tokens[at - 2][2]
    return told and fold_lower(tokens[at - 1][0]) in ("thi", "la", "cung", ":")
