"""Sure signs of an emergency, as patterns of folded text, by what they tell of.

They follow the danger signs of the Ministry of Health's guidance on COVID-19 patients at home (decision 261/QD-BYT of
31 January 2022, cited from memory) and of WHO's emergency triage (ETAT), in the words of people who are afraid.
A sign is two words or more where one could be part of a name, an address or a joke.
"""

from __future__ import annotations

import re

NOT = r"(?:khong|ko|k|kg|khg|hok|hong|hem|chua|het|khoi|chang|cha)"
NOT_ENGLISH = (
    r"(?:cannot|can't|cant|can not|could not|couldn't|unable to|won't|wont|doesn't|doesnt|does not|isn't|is not|not)"
)
_BADLY = (
    r"(?:nang|qua|lam|du|du doi|nhieu|khong chiu|ko chiu|k chiu|gap|tang|tram trong|kinh khung|khung khiep|don dap|"
    r"ghe gom|tim|muon chet|khong noi)"
)
_ABLE = r"(?:duoc|dc|noi|ra hoi|ra)"
_BREATH = r"(?:kho tho|hut hoi|ngat tho|ngop tho|nghet tho|tho doc|tho gap|met tho|tho ngop|ngop|tho rit|tho khong kip)"
_IN_CALM = r"(?!tu |hom |ngay |toi |sang |nhe |chut |it )"  # "kho tho tu hom qua" is no sure sign
_NO_ALARM = r"(?! (?:dien|mang|ket noi|nuoc|song|may|game|phim|truyen)\b)"  # "ngat dien", "hon me game"
_VERY = r"(?:very|extremely|severe|severely|really|so|badly|terrible|terribly)"
_PERSON = (
    r"(?:he|she|they|him|her|father|mother|dad|daddy|mom|mum|mommy|baby|child|kid|boy|girl|son|daughter|wife|husband|"
    r"friend|grand\w+|uncle|aunt|patient|man|woman|guy|brother|sister|person|somebody|someone)(?:'s)?"
)

BREATHING = (
    rf"\b{_BREATH}\s+(?:{_IN_CALM}\w+ ){{0,2}}?{_BADLY}\b",
    r"\b(?:nang|du doi|tram trong|rat|cuc ky|(?:khan cap|gap)(?: \w+)?[ ,:]+(?:\w+ ){0,2}\w+)\s+kho tho\b",
    rf"\b{NOT}\s+(?:the\s+|sao\s+|con\s+)?tho(?:\s+{_ABLE})?\b(?!\s+(?:gap|doc|kho|dai))",
    rf"\b(?:tho|hit)\s+(?:{NOT}|chang)\s+(?:{_ABLE}|vo|vao)\b",
    rf"\b{NOT}\s+(?:hit|lay)\s+(?:{_ABLE}\s+)?(?:hoi|khong khi)\b",
    r"\b(?:ngung|tat|tac|dut) (?:tho|hoi)\b|\b(?:ngat|nghet|ngop) tho\b(?! (?:nhe|chut|it))"
    r"|\btho hon hen\b.{0,20}\b(?:sap|nguy|khong)\b|\b(?:tho )?khong ra hoi\b|\btho (?:yeu (?:lam|dan|ot)|ren ri"
    r"|dut quang|nhu keo be)\b|\bthoi thop\b|\bhap hoi\b|\bngap tho\b",
    r"\brut lom (?:long )?nguc\b|\bcanh mui phap phong\b|\bphap phong canh mui\b",
    r"\btim (?:tai(?! (?:lieu|khoan|san|xe|nguyen|nang)\b)|ngat|bam)(?: het(?: roi)?)?\b"
    r"|\bmoi (?:tham (?:den|xi|lai)|xam|nhot nhat)\b|\btim dau ngon\b"
    r"|\b(?:ca|toan than|mat) nguoi tim\b"
    r"|\btim (?:het |ca )?(?:moi|mat|nguoi) (?:roi|het|lai|qua|luon)\b|\bmoi tim(?: het(?: roi)?)?(?! (?:hieu|duoc"
    r"|thay|ra|kiem|cach|den|toi)\b)|"
    r"\btim moi(?! (?:cach|nguoi|thu|noi|luc)\b)",  # folded "tím" is also "tìm", to look for
    r"\b(?:spo2|o ?xy|oxygen)\D{0,25}[5-8]\d\b",
)
CONSCIOUSNESS = (
    rf"\b{NOT}\s+(?:con\s+)?(?:tinh(?! (?:tien|phi|toan|diem|ngay|thanh|khac|nao)\b)|nhuc nhich|cu dong|phan ung"
    rf"|mo mat|biet gi nua|nhan ra ai|qua khoi)\b",
    rf"\b(?:goi|keu|lay|danh thuc)(?:\s+\w+){{0,2}}\s+{NOT}\s+(?:thay\s+)?(?:day|tinh|tra loi|thua|nghe(?! may)"
    rf"|phan ung|mo mat)\b",
    r"\b(?:bat tinh|ngat xiu|ngat liem|ngat roi|bi ngat|hon me|me man|li bi|ly bi|lo mo|mat y thuc|mat tri giac|"
    r"nguoi ngat|nguoi xiu|xiu roi|xiu xuong|te xiu|bi xiu|xiu (?:o|giua|trong|ngoai|ngay)|(?:sap|gan) (?:ngat|xiu)"
    r"|lanh ngat|cung do nguoi|lan ra xiu|xiu mat|lim di|lim dan|nga guc|guc xuong|lan dung)\b" + _NO_ALARM,
    r"\bnam (?:im )?bat dong\b|\bnga (?:lan )?bat dong\b|\bngu ru\b",
    r"\bco giat\b|\blen con (?:giat|dong kinh)\b|\b[sx]ui bot (?:mep|mom|mieng)\b|\btron (?:mat"
    r"|trung)\b.{0,20}\b(?:giat|gong|co)\b",
    r"\b(?:dot quy|nhoi mau|bi tai bien|tai bien mach)\b|\bmeo (?:mieng|mom|mat) (?:roi|dot ngot|khong noi)\b"
    r"|\bliet (?:nua|mot ben) nguoi\b|\b(?:tu nhien|dot nhien|bong dung|dot ngot) (?:\w+ ){0,2}(?:liet|noi do"
    r"|noi ngong|khong noi duoc)\b",
)
CHEST = (
    r"\b(?:dau|tuc|that|nang|nhoi|buot|ep|de nang|dau that|dau nhoi|bo that|bop nghet)\s+(?:(?:o|giua|vung|long"
    r"|ben)\s+){0,2}nguc\b",
    r"(?<!\bo )\b(?:dau|tuc|nang|that|nhoi|buot|dau that|dau nhoi|bop nghet)\s+(?:o\s+|vung\s+)?tim\b"
    r"(?! (?:hieu|duoc|thay|ra|kiem|cach|ma|so|duong|cho|nguoi|bac si"
    r"|vi (?:em|anh|yeu|tinh|nguoi yeu|co ay))\b)",  # "o dau tim duoc": where to find; "dau tim vi em": of love
    r"\bnguc\s+(?:\w+\s+){0,2}?(?:dau|tuc|that|nhoi|buot|bi de|bop nghet)\b",
    r"\btim\s+(?:\w+\s+){0,2}?(?:dau that|that lai|nhoi|buot)\b|\b(?:ngung tim|tim ngung dap)\b",
)
INJURY = (
    r"\b(?:ho|khac|non|oi|ia|tieu) ra (?:toan )?mau\b|\b(?:non|ia) (?:toan )?mau\b",
    rf"\b(?:chay|mat|ra) (?:nhieu )?mau\b.{{0,20}}\b(?:{NOT} (?:cam|ngung)|nhieu qua|lenh lang|xoi xa|on ao)",
    rf"\bmau (?:chay|ra)\b.{{0,15}}\b{NOT} (?:cam|ngung)\b",
    r"\b(?:dien giat|chet duoi|duoi nuoc|soc phan ve|ngo doc nang)\b",
    r"\buong (?:nham )?(?:thuoc (?:sau|chuot|diet co|ray|tru sau)|axit|xang)\b|\bkhong (?:con )?muon song\b",
)
CALLS = (
    r"(?<!tra )(?<!nghien )\b(?:cap cuu|cuu thuong|cuu oi|cuu (?:giup|toi|voi|mang|em|con|nguoi|gap|tui|me|bo|ba|ong"
    r"|chau)|sos)\b",
    r"\bgoi\s+(?:so\s+)?115\b|^115$|\b(?:xe|cho|dieu|xin)(?: (?:xe|gium|giup|ngay|gap))* 115\b|\b(?:gan"
    r"|sap) chet\b.{0,20}\b(?:goi|cuu|giup|xe)\b|\btinh nhan su\b"
    r"|\bsap (?:khong (?:xong|qua)|mat mang)\b|\b(?:gap|mau len|nhanh len)\b.{0,25}\b(?:sap chet|gan chet|nguy lam"
    r"|nguy roi|yeu lam roi)\b",
    r"(?<!nghien )(?<!tra )\bcuu\s+(?!tro\b|ho\b)(?:\w+\s+){1,3}?(?:voi|gap|mau)\b",
    r"\b(?:nguy kich|nguy cap|nguy hiem (?:den )?tinh mang)\b",
    r"\b(?:can|kiem|tim|cho) (?:\w+ ){0,2}(?:binh )?oxy gap\b|\bcan (?:gap )?(?:binh )?oxy\b",
)
ENGLISH = (
    rf"\b{NOT_ENGLISH}\s+(?:even\s+|really\s+|properly\s+)?(?:breathe?|get (?:any |enough )?(?:air|breath))\b",
    r"\b(?:not|stopped|barely|hardly|no longer)\s+(?:able to\s+)?breath(?:e|ing)\b",
    r"\b(?:struggl\w+|fight\w+|gasp\w+)\s+(?:to\s+breathe?|for\s+(?:air|breath))\b|\bgasping\b|\bsuffocat\w+\b"
    r"|\bchok(?:e|ed|ing)\b",
    rf"\b{_VERY}\s+(?:\w+\s+)?(?:hard to breathe?|short(?:ness)? of breath|breathless|(?:breathing )?difficult(?:y"
    rf"|ies)(?: (?:in )?breathing)?|breathing (?:problem|trouble)s?)\b",
    r"\b(?:trouble|difficulty|problems?|hard)\s+(?:in |to |with )?breath(?:e|ing)\s+(?:\w+\s+)?(?:badly|severely"
    r"|a lot|very much|now help)\b",
    r"\b(?:lips?|face|fingers|skin)\s+(?:\w+\s+){0,2}(?:blue|purple)\b|\b(?:blue|purple) lips\b|\bturn(?:ed"
    r"|ing) blue\b",
    rf"\b{_PERSON}(?:\s+\w+){{0,2}}?\s*\b{NOT_ENGLISH}\s+(?:\w+\s+)?(?:respond|responding|responsive|moving"
    rf"|conscious|talking|speaking)\b",
    rf"\b{NOT_ENGLISH}\s+(?:\w+\s+)?(?:wake|waking)\b",
    rf"\b{NOT_ENGLISH}\s+(?:be\s+)?(?:wake|woken)\s+(?:\w+\s+)?up\b|\bunconscious\b|\bunresponsive\b|\b(?:lost"
    rf"|losing|loses) consciousness\b",
    r"\b(?:collaps(?:ed|ing)|pass(?:ed|ing) out|black(?:ed|ing) out|faint(?:ed|ing)|seizures?|convuls\w+"
    r"|having (?:a )?fits?|foaming)\b",
    r"\bchest\s+(?:\w+\s+){0,2}?(?:pains?|hurts?|hurting|tight\w*|pressure|heavy|aches?|aching)\b",
    r"\b(?:pains?|tightness|pressure|tight|crushing|ache)\s+(?:\w+\s+){0,3}?chest\b",
    r"\bheart attack\b|\bcardiac\b|\b(?:had|having|has) a stroke\b|\bstroke\b(?! of)",
    r"\b(?:vomit\w*|throw\w* up|cough\w*|spit\w*)\s+(?:up\s+)?blood\b|\b(?:bleeding (?:a lot|heavily|badly"
    r"|non ?stop)|heavy bleeding|won't stop bleeding)\b",
    rf"\b(?:is|am|are|was|he's|she's|i'm) (?:\w+ )?(?:dying|going to die|gonna die)\b|\bsave (?:him|her|us"
    rf"|me(?! (?:time|the|a|some|money))|my {_PERSON})\b|\bdrown(?:ed|ing)\b|\boverdosed?\b|\bpoisoned\b"
    rf"|\bswallowed poison\b",
    r"\b(?:ambulance|emergency|paramedics?)\b|\bneed (?:a |the )?(?:doctor|oxygen|hospital)\s+(?:right now|now"
    r"|urgently|immediately|asap|quick\w*|fast)\b|\burgent\w* (?:help|doctor|oxygen)\b",
)
SIGNS = re.compile("|".join((*BREATHING, *CONSCIOUSNESS, *CHEST, *INJURY, *CALLS, *ENGLISH)))
# Every sign has one of these in it: nearly all texts have none, and the signs are not looked for in them.
HINTS = re.compile(
    r"\b(?:tho|thoi|hut|ngop|hit|lay|gap|ngung|tat|tac|dut|hap|rut|canh mui|phap|tim|moi|spo2|o ?xy|ra hoi|tinh|nhuc"
    r"|cu dong|phan ung|"
    r"mo mat|biet gi|nhan ra|qua khoi|day|tra loi|thua|nghe|bat|ngat|hon me|me man|l[iy] bi|lo mo|mat|xiu|lim|guc"
    r"|lan dung|"
    r"cung do|ngu ru|giat|dong kinh|[sx]ui bot|tron|dot|nhoi|tai bien|meo|liet|nguc|dau|that|buot|mau|chet|duoi nuoc"
    r"|soc|ngo doc|uong|"
    r"song|cap cuu|cuu|sos|115|nguy|khong xong|khong qua)\b"
    r"|\b(?:breath|air\b|gasp|suffoc|chok|blue|purple|respond|responsive|mov|conscious|un|talk|speak|wak|wok|collaps"
    r"|pass|black|"
    r"faint|seizure|convuls|fit|foam|chest|heart|cardiac|stroke|blood|bleed|dying|die|save|drown|overdos|poison"
    r"|ambulance|emergency|"
    r"paramedic|doctor|oxygen|hospital|urgent)"
)
