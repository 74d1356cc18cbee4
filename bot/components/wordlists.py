"""Open classes of words as CRF features: hints from outside the training sentences (folded)."""

from __future__ import annotations

_LISTS = {
    "surname": "nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong dinh lam phung mai to ta "
    "ha luong luu chu cao kieu quach tong thai thach giang chau lu nghiem khuc mac ton au la luc si danh son kim siu rcham ksor y ha "
    "vang giang sung thao lo quang cam deo hua nong be ma lieu bach tieu dam tang cu kha khuong van thi",
    "middle": "van thi huu duc ngoc minh thanh quoc dinh xuan kim hong thu bich my cong ba trong quang gia bao anh hoai phuong tuan",
    "kin": "bo me ba ong bac co chu di cau mo chau con em anh chi vo chong cha ma tia noi ngoai",
    "no": "khong chua chang het khoi dut ngung",
    "unit": "phuong xa quan huyen thi tran thanh pho tinh thon ap ban to khu duong ngo ngach hem so nha lang xom dac khu pho p q x h tp tt t",
    "when": "hom nay qua kia ngay tuan thang truoc sang chieu toi trua dem mai gio phut nam tu cach luc nua vua moi",
    "number": "mot hai ba bon tu nam lam sau bay tam chin muoi chuc tram nghin ngan nua vai",
    "body": "sot ho dau hong co tho met moi non oi tieu chay phoi ban xuat huyet nguc dau bung mui lanh run nong kho viem phat ngua khan "
    "hut hoi thac buon chong mat chay mau noi do rat nhuc uoi duoi",
}


def _by_word() -> dict[str, tuple[str, ...]]:
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, words in _LISTS.items():
        for word in set(words.split()):
            kinds[word] = (*kinds.get(word, ()), kind)
    return kinds


KINDS: dict[str, tuple[str, ...]] = _by_word()
