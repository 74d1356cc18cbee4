"""Forms that are no declarations: what they gather goes to a command of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.forms.checklist import CHECKLIST
from backend.forms.health import HEALTH
from backend.forms.kinds import Address, FreeText, OneOf, Option
from backend.forms.model import Choice, Field, Request

SHOWN_KINDS = 9  # one digit each; the others are understood by name


@dataclass(frozen=True)
class VenueKind(OneOf):
    """What a venue is; only the commonest kinds are listed."""

    name: str = "venue_kind"

    @property
    def choices(self) -> Sequence[Choice]:
        return tuple(option.choice for option in self.options[:SHOWN_KINDS])

    def display(self, value: Any) -> Any:
        return {"$key": f"choice_kind_{value}"}


def _option(number: int, kind: str, *words: str) -> Option:
    return Option(Choice(str(number), kind, f"choice_kind_{kind}"), words)


_KIND = VenueKind((
    _option(1, "restaurant", "quán ăn", "nhà hàng", "quán cơm", "quán phở", "quán nhậu", "restaurant"),
    _option(2, "market", "chợ", "market"),
    _option(3, "shop", "cửa hàng", "tiệm", "tạp hóa", "shop", "store"),
    _option(4, "school", "trường", "trường học", "lớp học", "nhà trẻ", "mẫu giáo", "school"),
    _option(5, "clinic", "phòng khám", "trạm y tế", "nhà thuốc", "hiệu thuốc", "clinic"),
    _option(6, "office", "cơ quan", "văn phòng", "công ty", "office", "company"),
    _option(7, "factory", "nhà máy", "xưởng", "xí nghiệp", "factory"),
    _option(8, "vehicle", "xe", "xe khách", "xe buýt", "taxi", "tàu", "bus", "vehicle"),
    _option(9, "other", "khác", "nơi khác", "other"),
    _option(10, "cafe", "cà phê", "quán cà phê", "cafe", "quán nước"),
    _option(11, "supermarket", "siêu thị", "supermarket"),
    _option(12, "hospital", "bệnh viện", "hospital"),
    _option(13, "station", "bến xe", "nhà ga", "sân bay", "station"),
    _option(14, "worship", "chùa", "nhà thờ", "đình", "đền", "church", "pagoda", "temple"),
    _option(15, "hotel", "khách sạn", "nhà nghỉ", "hotel"),
    _option(16, "entertainment", "karaoke", "quán bar", "rạp", "vũ trường", "internet", "phòng gym"),
    _option(17, "event", "đám cưới", "đám tang", "hội nghị", "tiệc", "event"),
))  # fmt: skip

VENUE = Request(
    name="venue",
    version=1,
    intent="register_venue",
    keywords=("DKDD", "DANG KY DIA DIEM"),
    fields=(
        Field("venue_name", FreeText(longest=60), group="identity"),
        Field("venue_kind", _KIND, group="identity"),
        Field("venue_address", Address(), group="identity"),
    ),
    command="register_venue",
    prefix="venue_",
)  # fmt: skip

MEMBER = Request(
    name="member",
    version=1,
    intent="add_member",
    keywords=("GD THEM", "THEM NGUOI NHA"),
    fields=tuple(field for field in HEALTH.fields if field.group == "identity"),
    command="keep_member",
    whole="identity",
)

REQUESTS: Mapping[str, Request] = {form.name: form for form in (VENUE, MEMBER, CHECKLIST)}
