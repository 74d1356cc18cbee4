"""Who somebody is: name, birth year, telephone, identity papers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.forms.folding import MARKS, agrees, fold_lower, nfc, tidy
from backend.forms.keywords import is_control
from backend.forms.kin import speaks_of_relative
from backend.forms.kinds.choice import NO_WORDS, YES_WORDS, is_request, is_unsure
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected
from backend.forms.phones import normalise_phone

_SPEAKER = r"(?:toi|tui|em|con|chau|minh|my|i am)"
_SAID_BEFORE_NAME = re.compile(
    r"^(?P<polite>(?:da|thua|vang)[\s,]+)?"
    r"(?:(?:(?:me|ma|bo|ba|cha|ong|vo|chong|con|chau|anh|chi|em)\s+)?(?:(?:trai|gai|noi|ngoai)\s+)?"
    rf"(?P<speaker>{_SPEAKER})\s+)?(?:(?P<label>ho va ten|ho ten|ten|name)(?:\s+(?:cua\s+)?{_SPEAKER}(?=\s+la\b|\s*:))?"
    r"\s*(?:la|is|:)?|la)\s+(?:toi\s+la\s+)?"
)
_RELATIVE_BEFORE_NAME = re.compile(
    r"^(?:me|ma|bo|ba|cha|ong|vo|chong|con|chau|anh|chi)\s+(?:(?:trai|gai|noi|ngoai)\s+)?(?:toi|tui|em|minh)\s+"
)
_LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*"
_NAME = re.compile(rf"^{_LETTERS}(?:(?:['’.·・\-]\s?|\s){_LETTERS})*\.?$")
_ADDRESSED = frozenset("anh ba bac cau chi co cu di em mo mr mrs ms thim".split())  # before a name, and no family name
_ADDRESSED_OR_SURNAME = frozenset("chau chu con ong".split())
_MIDDLE_NAMES = frozenset(("thi", "van"))  # usual there, though a few families are called so
# Words of a request, folded; in small letters and without a family name before them they are of no name.
_OF_REQUESTS = frozenset("khong ko hok chua nua roi gi nao vay giup nhan khai muon chao oi nham tu lai voi".split())
_POLITE_END = re.compile(r"[\s,]+(?:ạ|nhé|nhá|nghen)$")  # without accents it could be a name: "Nguyen Van A"
_SIGN_FOR_SPACE = re.compile(r"(?<=[^\W\d_]{2})[._]+(?=[^\W\d_])")
# Words that open a sentence and no name, folded.
_OPENS_SENTENCE = frozenset(
    "toi bi dang muon xin hom khong ko hok chua di cho nhap khai dien hien nay sao chao alo hello hi ai gi cai"
    " ok xoa them gui goi giup".split()
)
_SAID_ALONE = frozenset("alo chao hello hi hey ok oke test start restart menu admin null".split())
# A single word in small letters is a name only if it is one of the usual given names, folded.
_GIVEN_NAMES = frozenset(
    """an anh ai bach bao be bich binh boi bon ca canh cam chau chi chien chinh chung chuong cong cuc cuong da dai dan
    dao dat dau diem diep dieu dinh dong du dua duc dung duong duyen duy gam giang giap ha hai hang hanh hao hau hien
    hieu hoa hoai hoan hoang hoc hoi hong hop hue hung huong huu huy huyen huynh hy khai khang khanh khiem khoa khoi
    khue khuong kien kieu kim ky lai lam lan lanh le lien lieu linh loan loc loi long luan luc luong luu ly mai man
    manh may men mien minh mo mui muoi mung my nam nga ngan nghi nghia ngoan ngoc nguyen nguyet nhai nhan nhat nhi
    nhien nho nhu nhung ninh no nuong oanh phat phi phong phu phuc phung phuoc phuong quan quang que quoc quy quyen
    quyet quynh rin sam sang sen sinh son suong suu ta tai tam tan tao thach thai tham than thang thanh thao the theu
    thi thien thiet thieu thinh tho thoa thoai thom thong thu thua thuan thuc thung thuy thuyen tien tiep tin tinh
    toai toan ton tra tram trang tri trieu trinh trong tru truc trung truong tu tuan tuat tue tung tuoi tuong tuyen
    tuyet ty ut uyen van vang vi viet vinh vu vuong vy xuan xuyen yen""".split()
)
_LETTER_RUN = re.compile(r"[^\W\d_]+")
# The hundred or so family names that nearly everybody in Viet Nam bears, folded.
SURNAMES = frozenset(
    """nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh doan truong mai dao luu cao
    luong ha to ta thai tong trieu phung quach lam chu tang kieu nghiem vuong la thach danh son quan lo vi lu lu ma
    nong be than khong lai giang bach ton hua tu mac luc tieu uong au ung chau diep dam giap han hong khuat kim ksor
    lieu mong nay nie rmah sung giang thao vang hau siu y h k a ro ro cham rcom mua chang phu khuc doi van cam
    quang vi hu kpa thi cu chau y""".split()
)


@dataclass(frozen=True)
class PersonName:
    """A person's name in any letters, stored with capitals at the start of each word.

    One word is enough if it is capitalised or a usual given name, because some people have only one name.
    """

    longest: int = 60
    name: str = "person_name"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        clean = _without_address(_without_introduction(_spaced(tidy(text).strip(" ,;:").removesuffix("."))))
        if len(clean) > self.longest:
            return Rejected("person_name_long", {"longest": self.longest})
        if len(clean) < 2 or not _NAME.match(clean) or is_control(clean) or not _may_be_name(clean):
            return Rejected(self.name)
        return Accepted(_capitalised(clean))

    def recognise(self, text: str, context: Context) -> bool:
        """Two to six words that start with a family name and are not a place."""
        parsed = self.parse(text, context)
        if not isinstance(parsed, Accepted):
            return False
        words = fold_lower(parsed.value).split()
        if text.islower() and (words[0] in _MIDDLE_NAMES or (words[0] == "ho" and words[-1] not in _GIVEN_NAMES)):
            return False  # "(le) thi hai", "ho nhieu"
        return 2 <= len(words) <= 6 and words[0] in SURNAMES and not _is_place(parsed.value, context)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "minLength": 2, "maxLength": self.longest}

    def display(self, value: Any) -> Any:
        return value


_YEAR = re.compile(
    r"^(?:(?:(?:toi|tui|em|con|chau|minh|bac|ong|ba|co|chu|anh|chi|i was|i am)\s+)*"
    r"(?:nam sinh|sinh nam|sinh ngay|ngay sinh|nsinh|ns|s\.?\s?n|s(?=[.:\s]*\d)|sinh|nam|born in|born)\s*"
    r"(?:cua (?:toi|em|con)\s+)?(?:la\s+)?[:.]?\s*)?"
    r"(.+)$"
)
_HEDGE = re.compile(r"\b(?:khoang chung|khoang|chac la|chac|hinh nhu|co le|tam|hoi|dau nhu)\s+(?=.*\d)")
_POLITE = re.compile(r"^(?:da|vang)[\s,]+|[\s,]+(?:a|ah|nha|nhe|nghen|do|day)$|'")
_DATE_TO_YEAR = re.compile(r"^\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(\d{4}|\d{2})$")
_SPOKEN_DATE = re.compile(
    r"^(?:ngay\s+)?(?:mung\s+|mong\s+)?\d{1,2}\s+thang\s+\d{1,2}[\s,]+(?:nam\s+)?(\d{4}|\d{2})$", re.ASCII
)
_KEYED_DATE = re.compile(r"^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(\d{4})$", re.ASCII)  # as a keypad gives it
_AGE = re.compile(
    r"^(?:(?:nam nay|nay|toi|tui|em|con|chau|be|minh|ong|ba|bac|co|chu|da|duoc|moi|gan|hon|len)\s+)*"
    r"(\d{1,3})\s*(?:(thang)(?:\s*tuoi)?|tuoi|t|years? old|yo)(?:\s+(?:roi|ruoi|thoi))?$",
    re.ASCII,
)
_SHORT_2000 = re.compile(r"^2k(\d{0,2})$", re.ASCII)  # "2k3"
_APART = re.compile(r"^\d(?: \d){3}$", re.ASCII)
_BY_THE_ZODIAC = frozenset(
    "giap at binh dinh mau ky canh tan nham quy ty suu dan mao meo thin thinh ngo mui than dau tuat hoi tuoi".split()
)
_DIGIT_WORDS = {
    "khong": "0", "linh": "0", "le": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5",
    "lam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_SCALES = ("nghin", "ngan", "tram")  # said between digits
_OF_DATE = frozenset("ngay mung mong thang nam of".split())  # words of a date that is written out
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class BirthYear:
    """A year of birth, from a year, its last two digits, a whole date or an age; at most `oldest` years ago."""

    oldest: int = 120
    name: str = "birth_year"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        said = _plainly(text)
        digits, age = _year_digits(said), _AGE.match(said)
        if digits is None and age is None:
            return Rejected(self.name)
        if digits is None:
            year = _year_of_age(int(age[1]), age[2] is not None, context.today) if age else 0
        else:
            year = int(digits) if len(digits) == 4 else _full_year(int(digits), context.today)
            year = common_year(year, context)
        if year > context.today.year:
            return Rejected("birth_year_future", {"year": year})
        if year < context.today.year - self.oldest:
            return Rejected("birth_year_old", {"year": year})
        return Accepted(year)

    def recognise(self, text: str, context: Context) -> bool:
        """Four digits in range, a date, an age, or two digits after "sn": two digits alone could be an age, words
        anything."""
        said = _plainly(text)
        sure = any(sign.isdigit() for sign in said) and not re.fullmatch(r"\d{2}|\d{8}|\d \d \d \d|\d+ thang", said)
        return sure and isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "integer", "minimum": 1880, "maximum": 2200}

    def display(self, value: Any) -> Any:
        return str(value)


_OWNED = r"(?:\s+(?:so|number|cua|toi|tui|em|con|chau|minh|la|is))*\s*[:.]?\s*"  # between a label and its number
_PHONE_LABEL = re.compile(
    rf"^(?:my\s+)?(?:(?:so\s+)?(?:dien thoai|dt|sdt|may|di dong|zalo)|so|phone|tel|mobile|number){_OWNED}"
)


@dataclass(frozen=True)
class Phone:
    """A telephone number, stored as E.164 digits without "+"."""

    name: str = "phone"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        digits = normalise_phone(text) or normalise_phone(_PHONE_LABEL.sub("", _plainly(text))) or _only_phone(text)
        return Accepted(digits) if digits else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        return normalise_phone(text) is not None

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": "^[1-9][0-9]{7,14}$"}

    def display(self, value: Any) -> Any:
        return f"0{value[2:]}" if value.startswith("84") else f"+{value}"


_DIGIT_RUN = re.compile(r"\+?\d[\d\s.()\-]{6,}\d", re.ASCII)
_LETTER_FOR_0 = re.compile(r"(?<!\w)o(?=[\d\s.]{9})", re.IGNORECASE)


def _only_phone(text: str) -> str | None:
    """The one number among other words ("so may con gai toi 0912…"); an O is its first 0, or the 0 was left out."""
    runs = _DIGIT_RUN.findall(_LETTER_FOR_0.sub("0", tidy(text)))
    if len(runs) != 1 or sum(sign.isdigit() for sign in tidy(text)) > sum(sign.isdigit() for sign in runs[0]):
        return None
    return normalise_phone(runs[0]) or (normalise_phone("0" + runs[0]) if runs[0][0] in "35789" else None)


_PAPER = re.compile(r"^(?:\d{12}|\d{9}|[A-Z]{1,2}\d{6,8})$", re.ASCII)
_PAPER_LABEL = re.compile(
    r"^(?:(?:so|the|giay|ma)\s+)*(?:can cuoc(?: cong dan)?|cccd|cmnd|cmt|cmtnd|chung minh(?: nhan dan| thu)?|"
    rf"dinh danh(?: ca nhan)?|ho chieu|hc|passport|so|id){_OWNED}"
)


@dataclass(frozen=True)
class IdNumber:
    """Citizen card (12 digits, the first three a province), older identity card (9 digits), or passport."""

    name: str = "id_number"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        signs = re.sub(r"[\s.\-]+", "", _PAPER_LABEL.sub("", _plainly(text))).upper()
        if not _PAPER.match(signs) or (len(signs) == 12 and signs.isdigit() and not 1 <= int(signs[:3]) <= 96):
            return Rejected(self.name)
        return Accepted(signs)

    def recognise(self, text: str, context: Context) -> bool:
        return isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": "^([0-9]{12}|[0-9]{9}|[A-Z]{1,2}[0-9]{6,8})$"}

    def display(self, value: Any) -> Any:
        return value


def _without_introduction(text: str) -> str:
    folded = fold_lower(text)
    said = _SAID_BEFORE_NAME.match(folded)
    relative = _RELATIVE_BEFORE_NAME.match(folded)
    if len(folded) == len(text) and relative and _starts_with_surname(rest := text[relative.end() :]):
        return rest if len(rest.split()) >= 2 else text
    if said is None or len(folded) != len(text):
        return text
    rest = text[said.end() :]
    if said["polite"] and len(rest.split()) > 1:
        rest = rest.removesuffix(" a")  # "dạ … ạ"
    if not (said["label"] or said["speaker"]) and not _starts_with_surname(rest):
        return text  # "La Van Cuong" is a name
    return rest if len(rest.split()) >= (1 if said["label"] else 2) else text


def _starts_with_surname(name: str) -> bool:
    first = fold_lower(name).split()[:1]
    return first != [] and first[0] in SURNAMES and first[0] not in _MIDDLE_NAMES


def _spaced(text: str) -> str:
    """Spaces for the signs between words ("Nguyen.Van.An", "nguyen_van_an", "LE-THI-AN"); no politeness at the end."""
    words = _SIGN_FOR_SPACE.sub(" ", _POLITE_END.sub("", nfc(text)))
    parts = words.split("-")
    hyphened = " " not in words and len(parts) > 2 and fold_lower(parts[0]) in SURNAMES
    return " ".join(parts) if hyphened else words


def _without_address(name: str) -> str:
    """A whole name without "ông", "chị", "em" before it; "Chu Van An", "Co Thi Lan" and "Ong Cao Thang" are names."""
    first, *others = name.split() or [""]
    called = fold_lower(first).rstrip(".")
    addressed = called in _ADDRESSED or (called in _ADDRESSED_OR_SURNAME and len(others) > 2)
    named = len(others) > 1 and _starts_with_surname(others[0])
    return _without_address(" ".join(others)) if addressed and named else name


def _is_place(name: str, context: Context) -> bool:
    """A commune with its province, a country, or two words that are any place ("Ha Noi", "Phan Thiet")."""
    places = context.places
    named = places.complete(name) or places.country(name) is not None
    return named or (name.count(" ") == 1 and bool(places.resolve(name)))


def _may_be_name(text: str) -> bool:
    """No yes or no, greeting, relative or word that begins a sentence; a small single word only if usual."""
    words = fold_lower(text).split()
    if speaks_of_relative(text) or (text.islower() and any(agrees(text, word) for word in YES_WORDS + NO_WORDS)):
        return False
    if is_unsure(text) or _asks(text, words):
        return False
    if len(words) == 1:
        return words[0] not in _SAID_ALONE and (not text[0].islower() or words[0] in _GIVEN_NAMES)
    return words[0] not in _OPENS_SENTENCE


def _asks(text: str, words: Sequence[str]) -> bool:
    """Whether something is asked instead of told; "Dung Lai" and "Tong Dai", with both capitals, may be names."""
    named = text.isascii() and len(words) > 1 and text.istitle()
    if not named and is_request(text):
        return True
    return text in (text.lower(), text.upper()) and words[0] not in SURNAMES and not _OF_REQUESTS.isdisjoint(words[1:])


def _capitalised(text: str) -> str:
    return _LETTER_RUN.sub(lambda run: run.group()[0].title() + run.group()[1:].lower(), text)


def _plainly(text: str) -> str:
    """Folded, without the words of politeness around it."""
    return _POLITE.sub("", fold_lower(tidy(text)).strip(" .,;!")).strip(" .,;!")


def _year_of_age(number: int, months: bool, today: date) -> int:
    """The year of birth of somebody so many years, or months, old."""
    return (today.year * 12 + today.month - 1 - number) // 12 if months else today.year - number


def _year_digits(folded: str) -> str | None:
    said = _YEAR.match(_HEDGE.sub("", folded))
    rest = said.group(1).strip() if said else ""
    short = _SHORT_2000.match(rest)
    if short:
        return str(2000 + int(short[1] or 0))
    dated = _DATE_TO_YEAR.match(rest) or _SPOKEN_DATE.match(rest) or _KEYED_DATE.match(rest)
    digits = dated.group(1) if dated else _written_year(rest) or _spoken_year(rest) or rest
    return digits if re.fullmatch(r"\d{4}|\d{2}", digits, re.ASCII) else None


def common_year(year: int, context: Context) -> int:
    """The year of the common era for one that is plainly of the calendar of the person's language (2528 is 1985)."""
    ahead = context.spoken.years_ahead
    return year - ahead if ahead and year > context.today.year + ahead // 2 else year


def _written_year(date_text: str) -> str | None:
    """The year of a date in words ("3 thang 5 nam 1985", "May 3, 1985"); None for anything else."""
    parts = re.findall(r"[^\W\d_]+|\d+", date_text)
    years = [part for part in parts if part.isdecimal() and len(part) == 4]
    others = [part for part in parts if part not in years]
    dated = all((part.isdecimal() and len(part) < 3) or part in _OF_DATE or part[:3] in _MONTHS for part in others)
    return years[0] if len(years) == 1 and dated and any(part.isdecimal() for part in others) else None


def _spoken_year(rest: str) -> str | None:
    """The digits of a year that is told otherwise: "1 9 6 0", "canh ty 1960", "mot chin sau muoi", "sau hai"."""
    if _APART.match(rest):
        return rest.replace(" ", "")
    words = [word for word in rest.split() if word not in _SCALES]
    numbers = [word for word in words if word.isdecimal()]
    if len(numbers) == 1 and len(numbers[0]) == 4 and _BY_THE_ZODIAC.issuperset(set(words) - set(numbers)):
        return numbers[0]
    tens = words[-1:] == ["muoi"]
    digits = [_DIGIT_WORDS.get(word) for word in words[: len(words) - tens] if word != "muoi"]
    return "".join(one for one in digits if one) + "0" * tens if digits and all(digits) else None


def _full_year(two_digits: int, today: date) -> int:
    century = today.year // 100 * 100
    year = century + two_digits
    return year if year <= today.year else year - 100
