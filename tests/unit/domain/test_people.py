"""Who is the same person."""

import pytest

from backend.domain.people import same_person


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Nguyen Van A", 1958), ("Nguyễn Văn A", 1958), True), (("NGUYỄN VĂN A", 1958), ("nguyen van a", 1958), True),
        (("Nguyen Van A", 1958), ("Nguyen Van A", 1959), False), (("Lê Hòa", 1958), ("Lê Hóa", 1958), False),
        (("Lê Hòa", 1958), ("Lê Hoà", 1958), True), (("Le Hoa", 1958), ("Lê Hoài", 1958), False),
    ],
)  # fmt: skip
def test_same_person(one: tuple[str, int], other: tuple[str, int], same: bool) -> None:
    first, second = ({"full_name": name, "birth_year": year} for name, year in (one, other))
    assert same_person(first, second) is same
    assert same_person(second, first) is same
