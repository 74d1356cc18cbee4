"""The entry declaration (Tờ khai nhập cảnh) of whoever comes to Viet Nam from another country."""

from __future__ import annotations

from backend.forms.checks import GateOfWay, InOrder, NotAhead, NotBeforeBirth, NotLongAgo, Shaped
from backend.forms.health import HEALTH
from backend.forms.kinds import (
    ENTRY_SYMPTOMS,
    Address,
    BorderGate,
    Count,
    Country,
    Email,
    OneOf,
    Option,
    Phone,
    PlaceList,
    Seat,
    Symptoms,
    TravelDay,
    TravelDocument,
    VehicleNumber,
    YesNo,
)
from backend.forms.kinds.travel import FLIGHT, SEAT_IN_ROW
from backend.forms.model import Choice, Condition, Field, Form, Inference

_AIR, _SHIP, _ROAD, _OTHER = "air", "ship", "road", "other"
WAY = OneOf(
    (
        Option(
            Choice("1", _AIR, "choice_way_air"),
            (
                "máy bay",
                "bay",
                "đi máy bay",
                "bằng máy bay",
                "hàng không",
                "đường hàng không",
                "plane",
                "by air",
                "flight",
            ),
        ),
        Option(
            Choice("2", _SHIP, "choice_way_ship"),
            ("tàu thủy", "tàu biển", "thuyền", "đường biển", "đường thủy", "ship", "boat", "by sea"),
        ),
        Option(
            Choice("3", _ROAD, "choice_way_road"),
            (
                "xe",
                "ô tô",
                "oto",
                "xe ô tô",
                "đường bộ",
                "xe khách",
                "xe tải",
                "xe máy",
                "đi xe",
                "bus",
                "car",
                "truck",
                "by road",
            ),
        ),
        Option(Choice("4", _OTHER, "choice_way_other"), ("đi bộ", "tàu hỏa", "xe lửa", "on foot", "train")),
    ),
    name="transport",
)
FLYING = Condition("transport", (_AIR,))
VACCINATED = Condition("vaccine_doses", tuple(range(1, Count().most + 1)))
ORIGIN = "departure_country"
LIMITS = ("days_ahead", "days_back", "days_under_way")  # the numbers a pack gives for the checks
_SHARED = {field.name: field for field in HEALTH.fields}

ENTRY = Form(
    name="entry",
    version=1,
    intent="declare_entry",
    keywords=("NC", "NHAP CANH"),
    fields=(
        _SHARED["full_name"],
        _SHARED["birth_year"],
        _SHARED["gender"],
        Field("nationality", _SHARED["nationality"].kind, group="identity", called=("quốc tịch", "nationality")),
        Field("passport", TravelDocument(), group="identity", called=("hộ chiếu", "passport")),
        Field("contact_phone", Phone(), group="identity", required=False, called=("điện thoại", "phone")),
        Field("email", Email(), group="identity", required=False, called=("thư điện tử", "email")),
        Field(ORIGIN, Country(), called=("nước đi", "country")),
        Field("transport", WAY, called=("đi bằng",)),
        Field(
            "vehicle_number",
            VehicleNumber(),
            asked_if=Condition("transport", (_AIR, _SHIP, _ROAD)),
            lasting=False,
            called=("số chuyến", "chuyến bay", "số xe", "flight"),
        ),
        Field(
            "seat",
            Seat(),
            asked_if=Condition("transport", (_AIR, _ROAD)),
            lasting=False,
            called=("số ghế", "ghế", "seat"),
        ),
        Field(
            "departure_date",
            TravelDay(("di", "bay", "khoi hanh", "departure", "depart", "left")),
            lasting=False,
            called=("ngày đi",),
        ),
        Field(
            "arrival_date",
            TravelDay(("den", "toi", "nhap canh", "arrival", "arrive", "arrived")),
            lasting=False,
            called=("ngày đến",),
        ),
        Field("border_gate", BorderGate(), called=("cửa khẩu", "gate")),
        Field("visited_places", PlaceList(none_key="choice_only_departure"), called=("nơi đã qua",)),
        Field("stay_address", Address(), called=("nơi sẽ ở", "địa chỉ", "address")),
        Field("entry_symptoms", Symptoms(ENTRY_SYMPTOMS, may_be_none=True), called=("triệu chứng", "symptoms")),
        Field("animal_contact", YesNo(), called=("tiếp xúc động vật",)),
        Field("close_contact", YesNo(), called=("gặp người bệnh",)),
        Field("vaccine_doses", Count(), called=("số mũi vắc xin", "vắc xin")),
        Field("vaccinated_on", TravelDay(), asked_if=VACCINATED, called=("ngày tiêm",)),
    ),
    checks=(
        NotLongAgo("departure_date", "days_back"),
        NotAhead("departure_date", "days_ahead"),
        NotBeforeBirth("departure_date"),
        NotLongAgo("arrival_date", "days_back"),
        NotAhead("arrival_date", "days_ahead"),
        InOrder("arrival_date", after="departure_date", limit="days_under_way"),
        Shaped("vehicle_number", FLYING, FLIGHT, "flight_number"),
        Shaped("seat", FLYING, SEAT_IN_ROW, "seat"),
        GateOfWay("border_gate", "transport", _AIR),
        NotAhead("vaccinated_on"),
        NotBeforeBirth("vaccinated_on"),
    ),
    inferences=(Inference("vehicle_number", FLIGHT, "transport", _AIR),),
    essential=("passport", "vehicle_number", "arrival_date", "border_gate", "seat"),
)
