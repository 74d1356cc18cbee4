"""How single answers are read."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.catalogue import FORMS, field
from backend.forms.kinds import (
    Address,
    BirthYear,
    FreeText,
    IdNumber,
    Nationality,
    PersonName,
    Phone,
    PlaceList,
    Since,
    Symptoms,
    YesNo,
    find_symptoms,
)
from backend.forms.model import Accepted, Context, Kind, Rejected
from tests.unit.forms.conftest import TODAY

GENDER = field("gender").kind
JUST_TODAY = Context(TODAY, None)  # type: ignore[arg-type]  # for kinds that look at no place


def read(kind: Kind, text: str, context: Context) -> Any:
    """The value, or the code of the rejection."""
    parsed = kind.parse(text, context)
    return parsed.value if isinstance(parsed, Accepted) else parsed.code


@pytest.mark.parametrize("text", ["1", "co", "Có", "CÓ", "yes", "y", "c", "vâng", "có ạ", "da co", " 1. "])
def test_yes(text: str, context: Context) -> None:
    assert read(YesNo(), text, context) is True


@pytest.mark.parametrize("text", ["0", "khong", "Không", "ko", "k", "hok", "hông", "no", "n", "chua", "khong co"])
def test_no(text: str, context: Context) -> None:
    assert read(YesNo(), text, context) is False


@pytest.mark.parametrize(
    ("text", "value"),
    [("0 nha", False), ("1 em", True), ("dạ không ạ", False), ("dạ có", True), ("khum", False), ("hổng có", False),
     ("đâu có", False), ("co dau", False), ("không có gì hết", False), ("hong co di dau", False),
     ("chưa gặp ai", False), ("đâu có đi", False), ("co di roi", True), ("đúng rồi", True), ("chưa em ơi", False),
     ("rồi ạ", True), ("dạ", True), ("0 con", False)],
)  # fmt: skip
def test_politely(text: str, value: bool, context: Context) -> None:
    assert read(YesNo(), text, context) is value


@given(st.sampled_from(["1", "co", "rồi"]), st.sampled_from(["", "dạ "]),
       st.lists(st.sampled_from(["ạ", "nha", "em", "anh", "luôn"]), max_size=3))  # fmt: skip
def test_politeness_changes_no_answer(answer: str, before: str, after: list[str]) -> None:
    parsed = YesNo().parse(before + " ".join([answer, *after]), JUST_TODAY)
    assert parsed == Accepted(True)


@pytest.mark.parametrize("text", ["", "2", "10", "có lẽ", "cỏ", "khống", "nam", "em", "em ơi", "dau co", "không biết",
                                  "khong khoe", "khong bi sot nhung ho", "co khong", "co le co"])  # fmt: skip
def test_neither_yes_nor_no(text: str, context: Context) -> None:
    assert read(YesNo(), text, context) == "yes_no"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", "male"), ("nam", "male"), ("Nữ", "female"), ("nu", "female"), ("KHAC", "other"), ("năm", "gender")],
)
def test_gender(text: str, value: str, context: Context) -> None:
    assert read(GENDER, text, context) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("nguyen van a", "Nguyen Van A"), ("NGUYỄN VĂN A", "Nguyễn Văn A"), ("H'Hen Niê", "H'Hen Niê"),
        ("o'brien-smith john", "O'Brien-Smith John"), ("toi ten la Nguyen Van A", "Nguyen Van A"), ("Huy", "Huy"),
        ("Hủy", "Hủy"), ("lan", "Lan"), ("Nguye\u0302\u0303n A", "Nguyễn A"), ("HUY", "person_name"),
        ("huy", "person_name"), ("khong", "person_name"), ("Nguyen 2", "person_name"), ("", "person_name"),
        ("toi bi sot", "person_name"), ("a" * 61, "person_name_long"),
        ("ông Nguyễn Văn A", "Nguyễn Văn A"), ("Ba Tran Thi Sau", "Tran Thi Sau"), ("chị Lò Mẩy", "Lò Mẩy"),
        ("Em tên là Lê Thị Đào ạ", "Lê Thị Đào"), ("Mr. Nguyen An", "Nguyen An"), ("Nguyen.Van.A", "Nguyen Van A"),
        ("nguyen_van_an", "Nguyen Van An"), ("NGUYEN-VAN-A", "Nguyen Van A"), ("Jean-Pierre Ly", "Jean-Pierre Ly"),
        ("Chu Văn An", "Chu Văn An"), ("Ong Cao Thang", "Ong Cao Thang"), ("Co Thi Lan", "Co Thi Lan"),
        ("Anh Ba Khia", "Anh Ba Khia"), ("Mai Anh", "Mai Anh"),
    ],
)  # fmt: skip
def test_names(text: str, value: str, context: Context) -> None:
    assert read(PersonName(), text, context) == value


@given(st.text(max_size=80))
def test_a_name_read_again_is_the_same(text: str) -> None:
    first = PersonName().parse(text, None)  # type: ignore[arg-type]  # a name looks at nothing but the text
    if isinstance(first, Accepted):
        assert PersonName().parse(first.value, None) == first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1958", 1958), ("58", 1958), ("sn 60", 1960), ("SN1960", 1960), ("sinh năm 1958", 1958), ("1/5/1958", 1958),
        ("01-05-58", 1958), ("26", 2026), ("27", 1927), ("2027", "birth_year_future"), ("1905", "birth_year_old"),
        ("195", "birth_year"), ("abc", "birth_year"), ("", "birth_year"), ("١٩٥٨", "birth_year"),
        ("tôi sinh năm 1960", 1960), ("năm sinh của em là 2003", 2003), ("1960 ạ", 1960), ("dạ 1960 nha", 1960),
        ("'60", 1960), ("s.1960", 1960), ("mùng 5 tháng 3 năm 60", 1960), ("mung 5 thang 3 nam 1960", 1960),
        ("5 tháng 3, 60", 1960), ("I was born in 1987", 1987), ("66 tuổi ạ", 1960), ("toi 60", "birth_year"),
        ("mung 5 thang 3", "birth_year"),
    ],
)  # fmt: skip
def test_birth_years(text: str, value: Any, context: Context) -> None:
    assert read(BirthYear(), text, context) == value


@given(st.dates(date(1910, 1, 1), date(2026, 11, 21)), st.sampled_from(
    ["{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d%m%Y}", "{:%Y-%m-%d}", "ngày {0:%d} tháng {0:%m} năm {0:%Y}", "{:%d %B %Y}",
     "{:%B %d, %Y}", "sinh ngay {:%d.%m.%Y}", "sn {:%Y}"]))  # fmt: skip
def test_a_birthday_in_any_form_gives_its_year(day: date, form: str) -> None:
    assert BirthYear().parse(form.format(day), JUST_TODAY) == Accepted(day.year)


@given(st.integers(0, 120), st.sampled_from(["{} tuoi", "{} tuổi", "{}t", "toi {} tuoi", "{} years old"]))
def test_an_age_gives_the_year(age: int, form: str) -> None:
    assert BirthYear().parse(form.format(age), JUST_TODAY) == Accepted(TODAY.year - age)


@given(st.integers(0, 9999), st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_a_birth_year_is_never_in_the_future_nor_too_old(number: int, today: date) -> None:
    parsed = BirthYear().parse(str(number), Context(today, None))  # type: ignore[arg-type]  # looks at today only
    if isinstance(parsed, Accepted):
        assert today.year - 120 <= parsed.value <= today.year


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 3", ["fever", "breathing_difficulty"]), ("13", ["fever", "breathing_difficulty"]),
        ("2,1", ["fever", "cough"]),
        ("sot va ho", ["fever", "cough"]), ("Sốt, ĐAU HỌNG", ["fever", "sore_throat"]), ("ko ho, bi sot", ["fever"]),
        ("khong sot ho nhung dau hong", ["sore_throat"]), ("het sot, con ho", ["cough"]), ("ho ko sot", ["cough"]),
        ("sot thi khong, ho thi co", ["cough"]), ("kho tho qua", ["breathing_difficulty"]),
        ("so\u0302\u0301t", ["fever"]),
        ("khong ho", "symptoms"), ("7", "symptoms"), ("sót", "symptoms"), ("họ", "symptoms"), ("", "symptoms"),
    ],
)  # fmt: skip
def test_symptoms(text: str, told: Any, context: Context) -> None:
    assert read(Symptoms(), text, context) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("khong co trieu chung sot hay ho", []), ("ko co dau hieu sot", []), ("không tiếp xúc với ai bị sốt", []),
        ("toi khong bi sot, khong ho, chi hoi met", ["fatigue"]), ("khong khoe, bi sot", ["fever"]),
        ("het ho roi nhung van sot", ["fever"]),
        ("chua het sot", ["fever"]), ("ho mai khong khoi", ["cough"]), ("rat hong va ho", ["sore_throat", "cough"]),
        ("dau cai hong va ho", ["cough"]), ("hong ho", []), ("hông sốt", []), ("no fever but cough", ["cough"]),
        ("i dont have fever", []), ("sot: khong; ho: co", ["cough"]), ("do sot roi", ["fever"]),
    ],
)  # fmt: skip
def test_denials(text: str, told: list[str]) -> None:
    assert [one.value for one in find_symptoms(text) if not one.denied] == told


def test_mentions_carry_offsets_and_denials() -> None:
    text = "Tôi không ho, bị đau họng"
    found = [(text[one.start : one.end], one.value, one.denied) for one in find_symptoms(text)]
    assert found == [("ho", "cough", True), ("đau họng", "sore_throat", False)]


def test_a_family_name_is_not_a_cough(context: Context) -> None:
    assert not Symptoms().recognise("Ho Van Hai", context)
    assert Symptoms().recognise("toi bi sot, ho nhieu", context)


@pytest.mark.parametrize(
    ("text", "days_ago"),
    [
        ("hom nay", 0), ("sáng nay", 0), ("hom qua", 1), ("tối qua", 1), ("hôm kia", 2), ("2 ngay nay", 2), ("3", 3),
        ("hai ngày trước", 2), ("cach day 3 ngay", 3), ("1 tuan", 7), ("từ thứ 2", 6), ("thu bay", 1), ("chu nhat", 0),
        ("thu 2 tuan truoc", 13), ("20/11", 2), ("20-11-2026", 2), ("ngay 20 thang 11", 2), ("mung 5", 17),
        ("ngay 25", 28), ("2026-11-20", 2), ("since yesterday", 1), ("last night", 1),
        ("this morning", 0), ("for a week", 7),
        ("last monday", 6), ("on friday", 2), ("yesterday evening", 1), ("nua thang nay", 15), ("ten days ago", 10),
        ("201126", 2), ("20112026", 2), ("2011", 2), ("mung 2 thang 11", 20),
    ],
)  # fmt: skip
def test_days_counted_back(text: str, days_ago: int, context: Context) -> None:
    assert read(Since(), text, context) == (TODAY - timedelta(days=days_ago)).isoformat()


@pytest.mark.parametrize(
    ("text", "code"),
    [("23/11", "since_future"), ("31/12", "since_future"), ("1/1", "since_old"), ("99", "since_old"),
     ("31/2", "since"), ("hom no", "since"), ("", "since"), ("0/0/0", "since")],
)  # fmt: skip
def test_days_refused(text: str, code: str, context: Context) -> None:
    assert read(Since(), text, context) == code


def test_december_in_early_january_is_last_month(context: Context) -> None:
    assert Since().parse("30/12", Context(date(2027, 1, 2), context.places)) == Accepted("2026-12-30")


DAYS = st.from_regex(r"\d{1,2}[/ -]\d{1,2}([/-]\d{2,4})?|\d{1,3} (ngay|tuan|thang)", fullmatch=True)


@given(st.text(max_size=30) | DAYS)
def test_a_day_is_never_in_the_future(text: str) -> None:
    parsed = Since().parse(text, Context(TODAY, None))  # type: ignore[arg-type]  # looks at today only
    if isinstance(parsed, Accepted):
        assert TODAY - timedelta(days=60) <= date.fromisoformat(parsed.value) <= TODAY


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("001058000123", "001058000123"), ("CCCD: 001 058 000 123", "001058000123"), ("012345678", "012345678"),
        ("số căn cước của tôi là 001058000123 ạ", "001058000123"), ("ho chieu so B1234567", "B1234567"),
        ("b1234567", "B1234567"), ("097058000123", "id_number"), ("12345", "id_number"),
    ],
)  # fmt: skip
def test_papers(text: str, value: str, context: Context) -> None:
    assert read(IdNumber(), text, context) == value


def test_a_telephone_number_is_read_and_shown(context: Context) -> None:
    assert read(Phone(), "0912.345 678", context) == "84912345678"
    assert read(Phone(), "số điện thoại của em là 0168 123 4567 ạ", context) == "84381234567"
    assert read(Phone(), "sdt: 0912345678 nha", context) == "84912345678"
    assert read(Phone(), "my phone number is 0912345678", context) == "84912345678"
    assert read(Phone(), "so 5", context) == "phone"
    assert read(Phone(), "12345", context) == "phone"
    assert Phone().display("84912345678") == "0912345678"


def test_address_with_codes(context: Context) -> None:
    assert read(Address(), "Ben Nghe, TP HCM", context) == {
        "province": "79", "commune": "26740", "text": "Ben Nghe, TP HCM",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [("Ha Noi", "address_commune"), ("khong dau ca", "address_unknown"), ("12", "address"), ("", "address")],
)
def test_address_refused(text: str, code: str, context: Context) -> None:
    assert read(Address(), text, context) == code


def test_an_ambiguous_address_offers_the_places_meant(context: Context) -> None:
    parsed = Address().parse("Tan Lap, Thai Nguyen", context)
    assert isinstance(parsed, Rejected)
    assert parsed.code == "address_ambiguous"
    assert {option["commune"] for option in parsed.args["options"]} == {"02038", "05500"}


def lenient(text: str, context: Context, any_province: bool = False) -> Any:
    """The codes that are kept with a text, or the code of the rejection."""
    answer = Address().lenient(text, context, any_province)
    if isinstance(answer, Rejected):
        return answer.code
    assert answer.value["text"] == text.strip()
    return answer.value["province"], answer.value["commune"]


def test_nobody_is_stuck_at_the_address(context: Context) -> None:
    assert lenient(" Xom Moi, Ca Mau ", context) == ("96", None)  # a health worker finds it by the province and a call
    assert lenient("ca mau", context) == ("96", None)
    assert lenient("Xom Moi", context) == "address_province"
    assert lenient("Xom Moi", context, any_province=True) == (None, None)
    for text in ("  ", "9", "0", "khong", "?", "khong biet", "tong dai", "dung lai"):
        assert lenient(text, context, any_province=True) == "address"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ben Nge, TP HCM", ["Phường Sài Gòn"]), ("12 le loi, ben nge, q1, tphcm", ["Phường Sài Gòn"]),
        ("Ninh Kiu, Can Tho", ["Phường Ninh Kiều"]), ("Cai Rangg Can Tho", ["Phường Cái Răng"]),
        ("hai chaw", ["Xã Hải Châu", "Phường Hải Châu"]),
        ("Q3 HCM", ["Phường Xuân Hòa", "Phường Nhiêu Lộc", "Phường Bàn Cờ"]),
        ("My Lok, Can Giuoc, Long An", ["Xã Mỹ Lộc", "Xã Cần Giuộc"]),
        ("quan hai chau da nang", ["Phường Hải Châu", "Phường Hòa Cường"]),
    ],
)  # fmt: skip
def test_a_misspelt_commune_or_a_district_offers_what_is_near(text: str, names: list[str], context: Context) -> None:
    rejected = Address().parse(text, context)
    assert isinstance(rejected, Rejected)
    assert rejected.code == "address_near"
    assert [context.places.name(place["commune"]) for place in rejected.args["options"]] == names


@pytest.mark.parametrize(
    ("text", "name"),
    [("12 Le Loi, Can Giuoc, Long An", "Xã Cần Giuộc"), ("Hai Chau, Da Nang", "Phường Hải Châu"),
     ("My Loc, Can Giuoc, Long An", "Xã Mỹ Lộc"), ("xa can giuoc long an", "Xã Cần Giuộc")],
)  # fmt: skip
def test_a_commune_that_is_named_is_not_asked_about(text: str, name: str, context: Context) -> None:
    assert context.places.name(read(Address(), text, context)["commune"]) == name


@pytest.mark.parametrize("text", ["xyz, ha noi", "TP Hue", "o nha con gai tphcm", "phuong 99 q1 hcm", "Di, Ca Mau"])
def test_nothing_is_offered_that_is_not_near(text: str, context: Context) -> None:
    assert read(Address(), text, context) == "address_commune"


@pytest.mark.parametrize(
    ("text", "travelled"),
    [
        ("Ha Noi, Lao", [("VN", "01"), ("LA", None)]), ("di Hai Phong va Trung Quoc", [("VN", "31"), ("CN", None)]),
        ("Ha Noi Hai Phong", [("VN", "01"), ("VN", "31")]), ("ha noi; HN", [("VN", "01")]),
        ("Bac Ninh\nCampuchia", [("VN", "24"), ("KH", None)]), ("da nang", [("VN", "48")]),
        ("toi di Ha Noi voi Da Nang", [("VN", "01"), ("VN", "48")]), ("đã đi Đà Nẵng", [("VN", "48")]),
        ("len da lat", [("VN", "68")]), ("Vung Tau va Nha Trang", [("VN", "79"), ("VN", "56")]),
    ],
)  # fmt: skip
def test_places_travelled_to(text: str, travelled: list[tuple[str, str | None]], context: Context) -> None:
    assert [(one["country"], one["province"]) for one in read(PlaceList(), text, context)] == travelled


def test_an_unknown_place_in_a_list_is_named(context: Context) -> None:
    assert PlaceList().parse("Ha Noi, Xyzt", context) == Rejected("place_list_unknown", {"text": "Xyzt"})
    assert read(PlaceList(), "xyzt", context) == "place_list"


@pytest.mark.parametrize("text", ["chua", "chưa", "co", "khong", "roi a"])
def test_a_bare_yes_or_no_is_no_place(text: str, context: Context) -> None:
    assert read(PlaceList(), text, context) == "place_list"
    assert read(Address(), text, context) == "address"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("British", "GB"), ("french", "FR"), ("française", "FR"), ("francais", "FR"), ("South Korean", "KR"),
        ("người Pháp", "FR"), ("中国人", "CN"), ("中国籍", "CN"), ("中国国籍", "CN"),
        ("日本人", "JP"), ("한국인", "KR"), ("русская", "RU"),
        ("คนไทย", "TH"), ("ຄົນລາວ", "LA"), ("ជនជាតិខ្មែរ", "KH"), ("American", "US"), ("Khmer", "KH"),
    ],
)  # fmt: skip
def test_a_nationality_is_said_as_people_say_it(context: Context, said: str, code: str) -> None:
    assert read(Nationality(), said, context) == code


def test_nationality(context: Context) -> None:
    assert read(Nationality(), "Việt Nam", context) == "VN"
    assert read(Nationality(), "nuoc Lao", context) == "LA"
    assert read(Nationality(), "Sao Hoa", context) == "country"


def test_free_text_has_a_limit(context: Context) -> None:
    assert read(FreeText(5), " a \x07 b ", context) == "a b"
    assert read(FreeText(9), "Phở 😷👍🏽 ไทย", context) == "Phở ไทย"
    assert read(FreeText(5), "abcdef", context) == "text_long"
    assert read(FreeText(5), " ", context) == "text_empty"


@given(st.text(max_size=200))
def test_no_text_breaks_a_kind(text: str) -> None:
    context = Context(TODAY, _Nowhere())
    for one in (each for form in FORMS.values() for each in form.fields):
        parsed = one.kind.parse(text, context)
        assert isinstance(parsed, (Accepted, Rejected))
        assert isinstance(one.kind.recognise(text, context), bool)


class _Nowhere:
    """A gazetteer that knows no place."""

    def resolve(self, text: str) -> list[Any]:
        return []

    def complete(self, text: str) -> bool:
        return False

    def near(self, text: str) -> list[Any]:
        return []

    def misspelt(self, text: str, commune: str) -> list[Any]:
        return []

    def province(self, text: str) -> str | None:
        return None

    def name(self, code: str, language: str = "vi") -> str:
        raise KeyError(code)

    def country(self, text: str) -> str | None:
        return None

    def nationality(self, text: str) -> str | None:
        return None

    def country_of_code(self, text: str) -> str | None:
        return None

    def gates(self, text: str) -> list[Any]:
        return []
