"""What words and short phrases are about, folded: "xoá", "gỡ" and "remove" all take something away.

A wording that training never had is understood by what its words have in common with others.  A phrase may be about
several things; the longest one that fits is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

ABOUT, GIST = "@", "="  # signs that open the names of features

_LISTS = {
    "speaker": """
        toi, em, con, chau, minh, tui, bac, co, chu, anh, chi, ong, ba, di, to, tao, nha em, bon toi, chung toi,
        nha toi, nha minh, tui em, me con, ban than, i, me, my, we, we re, i m, our, us, thim, cau, mo, duong,
        qua, tau, tui toi, bon em, hai me con""",
    "you": """
        ban, ad, admin, bac si, tong dai, tram, tram y te, you, em oi, chau oi, shop, your, he thong, may, bot,
        robot""",
    "kin": """
        bo, bo me, cha, tia, ma, vo, chong, con trai, con gai, ba noi, ong noi, ba ngoai, ong ngoai, em gai,
        em trai, chi dau, anh re, chau noi, chau ngoai, con dau, con re, me chong, bo vo, me vo, ba chong, ong xa,
        ba xa, cu ty, be nha, dua em, thang ut, con ut, anh trai, chi gai, em dau, em re, nguoi nha, ba gia,
        ong gia, father, mother, son, daughter, wife, husband, grandma, grandpa, grandmother, grandfather,
        brother, sister, kid, child, children, baby, dua nho, thang be, con be, be ut, vo chong, nguoi than,
        ong cu, ba cu, dua con, dua chau, hai chau, cac con, may dua""",
    "official": """
        cong an, can bo, y ta, uy ban, phuong, xa, nhan vien, chinh quyen, to truong, truong thon, bao ve,
        nguoi truc, dieu duong, officer, doctor, nurse, police, staff, y si, bac si truc, can bo y te,
        nhan vien y te, nguoi phu trach""",
    "person": """
        ai, nguoi nao, nguoi ta, nguoi khac, nguoi la, ke nao, dua nao, who, someone, somebody, anyone, anybody,
        ai do, nguoi ngoai, ben nao, co quan nao, don vi nao, nguoi that, human, person, people, nhung ai, cac ai""",
    "form": """
        to khai, ban khai, phieu khai, don khai, khai bao, khai bao y te, khai, ho so, phieu, mau khai,
        declaration, declare, form, kbyt, ke khai, ban khai bao, to khai y te, khai y te, khai suc khoe,
        khai bao suc khoe, dien to khai, submit, report my health, health report, declared, submitted, submission,
        declaring""",
    "msg": """
        tin, tin nhan, thong bao, nhac, nhac nho, tin nhac, sms, canh bao, tin bao, loi nhac, reminder, reminders,
        message, messages, notification, notifications, alerts, alert, texts, texting, nhan tin, tin tuc y te,
        tin khuyen cao, ban tin, bao tin""",
    "remove": """
        xoa, bo, huy, go, loai, xoa bo, xoa sach, xoa het, gach ten, rut, remove, delete, erase, drop, loai bo,
        huy bo, tieu huy, gach, go bo, wipe, deleted, removed, clear, quen, loai ra, go ten, xoa ten, rut ten,
        bo ten""",
    "add": """
        them, bo sung, cho vao, dua vao, nhap, ghi them, nhap them, add, include, them vao, dien them, gan vao,
        khai them""",
    "join": """
        dang ky, nhan, tham gia, bat, mo, ghi danh, register, sign up, subscribe, enroll, dang ki, kich hoat,
        bat lai, mo lai, gui lai, nhan lai, turn on, resume, start, dk, tiep tuc nhan, noi lai, phuc hoi,
        khoi phuc, opt in, join""",
    "stop": """
        dung, ngung, thoi, tat, khoi, mien, cham dut, ngat, cat, chan, block, stop, unsubscribe, quit, ngung gui,
        thoi gui, dung gui, dung nhan, tat di, tat het, lam phien, phien, spam, khong nhan, khong muon nhan,
        khong can, no more, turn off, opt out, khoa, bot nhan, quay ray, lam on""",
    "see": """
        xem, coi, tra, kiem tra, tra cuu, kiem, tim, ngo, dom, view, see, check, look, doc, look up, viewed, seen,
        accessed, truy cap, mo xem, xem trom, nhin, tra lai, xem lai, coi lai, nhom, soi, dong vao, tiep can, read""",
    "fix": """
        sua, doi, chinh, chinh sua, cap nhat, thay, thay doi, dinh chinh, sua lai, ghi lai, khai lai, nhap lai,
        correct, fix, change, update, edit, dieu chinh, cai chinh, sua doi, hieu chinh, amend, viet lai, dien lai""",
    "wrong": """
        sai, nham, lon, lo, khong dung, chua dung, trat, nham lan, ghi nham, ghi sai, ghi lon, khai sai,
        khai nham, khai lon, nhap sai, nhap nham, bam nham, go nham, wrong, mistake, incorrect, mistyped, typo,
        khong chinh xac, khong khop, le, dien sai, dien nham, danh sai""",
    "right": """
        dung, chinh xac, chuan, phai, khop, correct, right, exactly, true, chuan roi, dung roi, dung vay,
        phai roi, hop ly, chinh no, y nhu vay, chuan cmnr, dung y""",
    "agree": """
        dong y, chap nhan, nhat tri, tan thanh, xac nhan, cho phep, ok, okay, oke, duyet, agree, accept, confirm,
        yes, yep, yeah, sure, vang, da, u, uh, um, uhm, ua, yup, uk, bang long, san sang, fine, approve, allow""",
    "refuse": """
        khong dong y, tu choi, khong chap nhan, phan doi, khong cho phep, khong chiu, refuse, disagree, decline,
        reject, deny, khong nhat tri, bac bo, khong tan thanh, bat dong y, khong bang long, no way, not allowed""",
    "no": """
        khong, ko, chua, chang, cha, hong, no, not, never, don t, dont, didn t, didnt, doesn t, isn t, khong he,
        chua he, khong bao gio, chua tung, nope, nah, nothing, haven t, wasn t, can t, cannot, won t, dau co,
        lam gi co, khong phai, chua bao gio, deo, deck, dek, dech, hem, mo co, nao co""",
    "back": """
        quay lai, tro lai, lui, tro ve, quay ve, ve truoc, lui lai, cau truoc, back, previous, go back,
        buoc truoc, muc truoc, phan truoc, cau hoi truoc, trang truoc, ve cau truoc, lui 1, return, truoc do,
        hoi nay, cau vua roi, cau tren""",
    "cancel": """
        huy, thoat, bo qua, thoi khoi, de sau, bo do, khong lam nua, khong khai nua, dep, ngung khai, huy bo,
        exit, cancel, quit, abort, khong muon nua, khong tiep tuc, thoi khong, de khi khac, luc khac, hom khac,
        mai khai, nghi, bua khac, dung lai, giai tan, ket thuc khai""",
    "help": """
        giup, ho tro, huong dan, chi, giup do, tro giup, help, guide, day, giai thich, chi dan, bay, explain,
        how to, instructions, cach dung, cach khai, cach nhan, assist, giup gium, gium, goi y, cu phap, lenh,
        commands, menu, options, chuc nang, mau tin""",
    "how": """
        lam sao, the nao, cach nao, kieu gi, nhu the nao, ra sao, bang cach nao, lam rang, lam the nao, cach, sao,
        rang, how, phai lam gi, man rang, lam chi, nhu nao, thu tuc, quy trinh, cac buoc, steps, procedure""",
    "what": """
        gi, cai gi, nghia la gi, la gi, la sao, chi, what, which, y nghia, nghia la sao, means, mean, la chi,
        cai chi""",
    "puzzled": """
        khong hieu, khong biet, chua hieu, chua biet, cha hieu, kho hieu, roi, mu tit, chang hieu,
        don t understand, do not understand, confused, lost, dont get, khong ranh, khong thao, lung tung, lu lan,
        chiu, ngo ngan""",
    "call": """
        goi, goi dien, dien, alo, call, phone me, noi chuyen, lien he, lien lac, gap, noi may, call me, talk to,
        speak to, speak with, contact you, tu van, trao doi, noi truc tiep, bat may, nghe may, chuyen may,
        nhac may, hoi truc tiep, gap truc tiep, call back, goi lai""",
    "hotline": """
        hotline, duong day nong, tong dai, so tong dai, so nong, may nong, so dien thoai, sdt, so may, dien thoai,
        so truc, so lien he, phone number, number, so dt, so goi""",
    "code": """
        ma, ma so, ma khai, ma khai bao, ma to khai, ma tham chieu, ma xac nhan, bien nhan, bien lai, reference,
        reference code, reference number, receipt, so bien nhan, ma ho so, so ho so, giay xac nhan, phieu hen,
        code, ma bien nhan, confirmation code, so tham chieu, qr""",
    "status": """
        tinh trang, trang thai, ket qua, muc do, nguy co, status, result, results, xu ly, tien do, toi dau,
        den dau, hop le, tinh hinh, state, duyet, tiep nhan, ghi nhan, phan loai, dien nao, nhom nao, phan hoi,
        xu li, processed, received, thuoc dien, f may, vung do, mau gi""",
    "quarantine": """
        cach ly, tu cach ly, theo doi, quarantine, isolate, isolation, phong toa, cach li, giam sat""",
    "test": """
        test, xet nghiem, pcr, test nhanh, lay mau, que thu, am tinh, duong tinh, mau xet nghiem, tested,
        positive, negative, kit""",
    "forget": """
        quen, mat, lo xoa, that lac, khong nho, khong luu, lac, danh roi, lam mat, khong thay, troi mat, lost,
        forgot, forgotten, misplaced, de quen, khong giu, khong con giu, roi mat, quen mat""",
    "arrive": """
        den, toi, vao, toi noi, ghe, ghe vao, vo, checkin, check in, den noi, co mat, dang o, ghe qua, vua den,
        moi den, moi vao, vua toi, moi toi, toi roi, den roi, arrived, arrive, arriving, entering, entered,
        i m at, got to, buoc vao, vua vao, vua ghe, da den, da toi, qua, tham, visiting, just came, tap vao,
        cap ben, vo toi""",
    "leave": """
        roi, roi khoi, ra, ra khoi, ra ve, di ve, ve, ve roi, ra ve roi, checkout, check out, xong roi ve, ra roi,
        leave, leaving, left, out, going home, roi roi, roi di, di khoi, di ra, ra ngoai, thoat ra, het o,
        khong con o, ket thuc, exit, dia, phoi, ra phoi, het ngoi, xuong xe, ra cong, dung day, chao ve,
        tam biet quan""",
    "place": """
        quan, tiem, cho, cua hang, sieu thi, benh vien, truong, cong ty, nha may, ben xe, nha thuoc, ngan hang,
        nha hang, phong kham, buu dien, nha tho, chua, khach san, rap, karaoke, pho, cafe, ca phe, cong vien,
        phong tap, gym, xuong, tru so, tiem net, be boi, san bong, san van dong, ho boi, thu vien, hieu sach,
        bai bien, khu cong nghiep, ga, quan an, quan com, quan nhau, quan ca phe, tiem toc, shop, store, market,
        restaurant, hotel, school, hospital, company, factory, bar, vu truong, tram xang, cay xang, hoi truong,
        nha van hoa, dinh, den, sap, cho dau moi, trung tam, venue, mart""",
    "own_place": """
        dia diem, dia diem cua toi, co so, diem kiem dich, cua hang cua toi, quan cua toi, quan toi, quan nha toi,
        ma diem den, ma dia diem, ma qr dia diem, diem den, tao ma, cap ma, my shop, my venue, my restaurant,
        my place, diem ban, tao dia diem, dang ky quan, dang ky dia diem, in ma""",
    "home": """
        gia dinh, ho gia dinh, ho, nha, so ho, danh sach gia dinh, danh sach ho, ho khau, thanh vien, household,
        family, family list, members, member, nhan khau, so gia dinh, nguoi trong nha, nguoi trong ho,
        danh sach nha, nhom gia dinh""",
    "data": """
        du lieu, thong tin, thong tin ca nhan, lich su, du lieu ca nhan, tai khoan, data, information, info,
        my data, personal data, account, records, record, ly lich, du kien, ban ghi, so lieu, thong tin rieng,
        thong tin cua toi, ho so suc khoe, tat ca thong tin, moi thong tin, history""",
    "lang": """
        tieng, ngon ngu, language, tieng anh, tieng viet, tieng trung, tieng han, tieng nhat, tieng khmer,
        tieng lao, tieng nga, tieng phap, tieng thai, english, vietnamese, chinese, korean, japanese, french,
        russian, thai, lao, khmer, ban dia, ngoai ngu""",
    "symptom": """
        sot, ho, kho tho, dau hong, met, met moi, non, oi, buon non, tieu chay, phat ban, noi ban, viem phoi,
        nong sot, ngua hong, rat hong, hut hoi, xuat huyet, man do, noi man, fever, cough, coughing, sore throat,
        tired, fatigue, vomiting, nausea, diarrhea, diarrhoea, rash, shortness of breath, pneumonia, headache,
        runny nose, so mui, dau dau, nhuc dau, chay mui, on lanh, lanh run, mat vi giac, dau nguoi, dau nhuc,
        dau co, benh, om, dau, sick, ill, unwell, khong khoe, kho chiu, mat mui, hat hoi, cam, cam cum, cum,
        dau bung, chong mat, u te, symptom, symptoms, trieu chung, dau hieu, bieu hien, nghet mui, viem hong,
        khan tieng, uoi""",
    "well": """
        khoe, khoe manh, binh thuong, on, khong sao, khong bi gi, khong co gi, khong co trieu chung,
        khong trieu chung, healthy, fine, well, good, i m ok, i am fine, van khoe, van on, khong van de gi,
        khoe re, khoe khoan, tot, on dinh""",
    "sick_person": """
        f0, f1, ca benh, nguoi benh, nguoi nhiem, ca duong tinh, nguoi duong tinh, ca nhiem, benh nhan, ca mac,
        covid, nguoi mac benh, ca nghi ngo, nguoi nghi nhiem, confirmed case, patient, positive person, infected,
        case, nguoi bi benh, nguoi bi covid, nguoi bi sot, nguoi bi soi, mac benh, nhiem, bi nhiem, duong,
        nhiem benh""",
    "contact": """
        tiep xuc, gap, gap go, o gan, ngoi gan, ngoi canh, noi chuyen voi, an chung, o chung, lam chung,
        an com chung, di chung, tiep xuc gan, cung phong, cung ban, chung phong, cung nha, contact, exposed, met,
        close to, sat ben, ke ben, cham soc, bat tay, om, di cung, o cung, ngu chung, song chung, lam cung,
        chung xe, cung xe, gan gui, tiep can, lien quan, sat canh, nuoi benh, tham benh, tham nuom""",
    "travel": """
        bay, may bay, chuyen bay, nhap canh, ve nuoc, xuat canh, cua khau, san bay, hai quan, quoc tich, ho chieu,
        visa, qua bien gioi, duong bien, flight, airport, border, passport, arrived from, arrival, entry,
        immigration, seat, ghe so, transit, qua canh, bien gioi, tu nuoc ngoai, nuoc ngoai ve, from abroad,
        ha canh, dap may bay, tau thuy, sang viet nam, ve viet nam, vao viet nam, den viet nam, landed, du lich,
        o nuoc ngoai, to khai nhap canh""",
    "country": """
        lao, campuchia, thai lan, trung quoc, han quoc, nhat ban, my, anh quoc, phap, duc, nga, an do, dai loan,
        singapore, malaysia, indonesia, philippines, uc, canada, myanmar, hong kong, nhat, han, china, thailand,
        cambodia, japan, korea, usa, india, russia, germany, france, nuoc ngoai, mien dien, macau, y, brunei,
        tay ban nha, ha lan, australia, england, uk, america""",
    "feedback": """
        phan anh, gop y, khieu nai, phan nan, to cao, kien nghi, to giac, report, complain, complaint, feedback,
        bao cao, che, danh gia, y kien, de nghi xu ly, de nghi kiem tra, khieu kien, review, phe binh, than phien,
        suggest, suggestion""",
    "breach": """
        khau trang, khoang cach, sat khuan, rua tay, tu tap, dong nguoi, dong qua, chen chuc, chen lan, vi pham,
        lau, tron cach ly, tron, do nhiet do, nuoc sat khuan, mask, masks, crowded, distance, mat ve sinh,
        ban thiu, do ban, bua bai, quet ma, khu khuan, phun khu trung, hoi ham, rac, dirty, ban, kem ve sinh,
        thai do, kieu cach, quan lieu, vuot chot, hach sach, nhap lau, trai phep, ban len, gathering, rude,
        cua quyen, tham o, thieu trach nhiem""",
    "checklist": """
        bang kiem, tu danh gia, tu kiem tra, tieu chi, danh gia co so, bao cao co so, checklist, self assessment,
        self-assessment, tu cham, an toan dich, bo tieu chi, tieu chuan, cham diem, assessment, diem an toan""",
    "emergency": """
        cap cuu, cuu, cuu voi, nguy kich, nguy cap, khan cap, ngat, xiu, bat tinh, khong tho duoc, kho tho nang,
        emergency, ambulance, xe cap cuu, hap hoi, sap chet, co giat, dot quy, unconscious, not breathing, 115,
        tim tai, hon me, chest pain, dau nguc, tuc nguc, help me, gap, nguy hiem""",
    "greet": """
        chao, xin chao, hello, hi, hey, alo, alo alo, good morning, good evening, cam on, cam on nhieu, thanks,
        thank you, tam biet, bye, goodbye, chuc, da thua, kinh chao, xin cam on, cam on ban, hi there, helo,
        chao buoi sang, bai bai, chuc ngu ngon""",
    "not_me": """
        khong phai toi, khong phai minh, khong phai em, nham so, nham nguoi, nham may, sai so, sai nguoi, lon so,
        lon nguoi, not me, wrong person, wrong number, so nay khong phai, khong lien quan, khong phai so,
        khong quen, ai vay, khong biet ai, khong phai con, khong phai chau, trung ten, chu cu, chu so cu,
        so moi mua, sim moi, khong o do, khong den do, khong he den, chua tung den, chua den, khong co den,
        khong toi do, i was not there, never been there, i was never there""",
    "when": """
        hom nay, hom qua, hom kia, sang nay, chieu nay, toi qua, toi nay, tuan truoc, vua roi, luc nay, hoi nay,
        bay gio, mai, ngay mai, hom truoc, hoi sang, today, yesterday, now, last week, tomorrow, this morning,
        last night, bua truoc, hom bua, lan truoc, moi day, luc truoc, ngay, thang, tuan, gio""",
    "whenq": """
        bao gio, khi nao, bao lau, may ngay, luc nao, ngay nao, when, how long, chung nao, bay lau, con may ngay,
        may gio, hom nao""",
    "give": """
        cho, gui, xin, cung cap, nhan cho, give, send, tell me, cho biet, bao, gui cho, nhan lai, cho xin, cap,
        phat, doc lai""",
    "want": """
        muon, can, xin, dinh, yeu cau, de nghi, mong, want, need, would like, please, i d like, tinh, nhu cau,
        wish, lam on, vui long""",
    "where": """
        dau, o dau, cho nao, noi nao, where, huong nao""",
    "can": """
        duoc khong, duoc chu, co duoc, duoc phep, can i, may i, could you, duoc ko, duoc hong, is it possible""",
    "shopping": """
        mua, ban hang, dat hang, gia, giam gia, khuyen mai, sale, ship, don hang, gia tien, vay, tien, lai suat,
        chung khoan, bitcoin, xo so, so de, nap the, nap tien, the cao, thue bao, goi cuoc, 4g, data 4g, cuoc,
        internet, wifi, mang, dien, nuoc, hoa don, luong, thuong, no, price, buy, sell, cheap, loan, money,
        discount, order, delivery, invest, mua ban, sim so dep, chuyen khoan, atm, ngan hang, rut tien, vang,
        do la""",
    "weather": """
        troi, mua, nang, nong, lanh, bao, lut, gio mua, thoi tiet, du bao, weather, rain, sunny, am u,
        nhiet do ngoai troi, ret, suong, mat me""",
    "fun": """
        phim, bong da, bai hat, ca nhac, nhac, game, choi, hat, tho, truyen, cuoi, facebook, zalo, tiktok,
        youtube, video, anh, hinh, football, movie, song, joke, music, chuyen cuoi, tran dau, world cup, ty so,
        ti so, da bong, lien quan, livestream, idol, ca si, dien vien, karaoke, nhau, bia, ruou""",
    "love": """
        yeu, nguoi yeu, ban gai, ban trai, nho, nho em, thuong, hon, cuoi vo, chia tay, ly hon, love, girlfriend,
        boyfriend, marry, kiss, darling, ghen, buon, co don, chan, gian, fa""",
    "food": """
        an, com, pho, bun, mon, nau, ga, ca, thit, rau, banh, tra sua, uong, ca phe, trung, muoi, duong, mam,
        food, cook, eat, recipe, chicken, pizza, lau, chao ga, xoi, che, trai cay""",
    "study": """
        hoc, bai tap, thi, diem thi, hoc phi, truong hoc, dai hoc, thay giao, co giao, toan, van, ngoai ngu,
        homework, exam, school, lop, hoc sinh, sinh vien, bang lai, thi lai, giao an, dich, phep tinh, bai van""",
    "vehicle": """
        xe, xe may, o to, taxi, grab, xe om, xe khach, xang, bang lai, dang kiem, ke xe, tau, ve xe, ve tau,
        ve may bay, car, bike, motorbike, bus, ticket, phat nguoi, bien so, ket xe, sua xe, lop xe, ac quy""",
    "farm": """
        lua, ruong, heo, lon, ga vit, trau, bo, ca tra, phan bon, thuoc sau, vuon, cay, tieu, ca phe nhan,
        sau rieng, mua vu, gieo, gat, tom, vu mua, giong, rice, pig, chicken farm, farm, ao ca, chuong,
        dich ta lon""",
    "paper": """
        can cuoc, cccd, cmnd, khai sinh, so do, thue, bao hiem, bhyt, vneid, luong huu, tro cap, giay phep,
        tam tru, tam vang, ket hon, ly lich tu phap, giay to, id card, tax, insurance, so ho khau, hop dong,
        cong chung, khai tu, nghia vu quan su, doi bang""",
    "abuse": """
        ngu, do ngu, do dien, dien, khung, im, cam, cut, xeo, chet di, vo dung, stupid, idiot, shut up, damn,
        mat day, dm, vl, vcl, dkm, lua dao, bip, deo, te, chan""",
    "medicine": """
        thuoc, uong thuoc, vac xin, vaccine, tiem, tiem chung, tiem phong, mui 3, mui, kham, kham benh,
        benh vien nao, bac si nao, toa thuoc, medicine, vaccination, injection, mo, phau thuat, rang, nho rang,
        mat kinh, huyet ap, tieu duong, tim mach, ung thu, bau, mang thai, sinh con, dau lung, dau rang, mun,
        giam can, bo than, thuoc nam, xuong khop""",
}
# Small words that a sentence means the same without.
_PARTICLES = frozenset(
    """a nhe nha voi da thua oi vay the ha hen nghen nhen nghe cai luon dum gium ne di nha rua q ta hi he ru roi ma la
    thi nay do kia ay cung van dang duoc se lai an""".split()
)

_Phrase = tuple[str, ...]


def _index() -> dict[str, list[tuple[_Phrase, tuple[str, ...]]]]:
    """First word -> its phrases with what they are about, longest first."""
    about: dict[_Phrase, tuple[str, ...]] = {}
    for concept, phrases in _LISTS.items():
        for phrase in phrases.split(","):
            words = tuple(phrase.split())
            about[words] = (*about.get(words, ()), concept)
    index: dict[str, list[tuple[_Phrase, tuple[str, ...]]]] = {}
    for words in sorted(about, key=len, reverse=True):
        index.setdefault(words[0], []).append((words, about[words]))
    return index


_INDEX = _index()


def read(parts: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The words of a text from left to right, phrases as one: (word or "", what it is about, empty where unknown)."""
    at = 0
    while at < len(parts):
        word = parts[at]
        for phrase, about in _INDEX.get(word, ()):
            if len(phrase) == 1 or tuple(parts[at : at + len(phrase)]) == phrase:
                yield "", about
                at += len(phrase)
                break
        else:
            yield word, ()
            at += 1


def features(parts: Sequence[str]) -> Iterator[str]:
    """Names of features: what is spoken of, in which order, and the text with only that and its unknown words left."""
    told = list(read(parts))
    spoken = [about for _, about in told if about]
    for about in spoken:
        yield from (ABOUT + one for one in about)
    for before, after in itertools.pairwise(spoken):
        yield from (f"{ABOUT}{one} {other}" for one in before for other in after)
    gist = ["^", *(ABOUT + about[0] if about else word for word, about in told if about or word not in _PARTICLES), "$"]
    yield from (f"{GIST}{one} {other}" for one, other in itertools.pairwise(gist))
