"""What short spellings stand for, folded.  Only words whose short form means nothing else in this domain."""

from __future__ import annotations

_ENTRIES = """
a=anh; ace=anh chi em; ae=anh em; ah=a; aj=ai; ak=a; bayh=bay gio; bg=bay gio; bgio=bay gio; bh=bao gio;
bhyt=bao hiem y te; bik=biet; bit=biet; bjk=biet; bjo=bay gio; bjt=biet; bn=bao nhieu; bnhieu=bao nhieu;
bnhiu=bao nhieu; bs=bac si; bt=binh thuong; bth=binh thuong; bthg=binh thuong; bthuong=binh thuong;
bv=benh vien; c=chi; cb=chuyen bay; cbay=chuyen bay; ch=chua; chj=chi; chx=chua; ck=chong; cko=cho;
cty=cong ty; cug=cung; cx=cung; cxg=cung; dag=dang; didnt=did not; dc=duoc; dchi=dia chi; dg=dang; dk=duoc;
dki=dang ky; doesnt=does not; dont=do not; dkj=dang ky; dky=dang ky; dt=dien thoai; dthoai=dien thoai;
dzay=vay; e=em; fai=phai; fj=phi; gd=gia dinh; gui=roi; gv=giao vien; h=gio; hd=huong dan; havent=have not;
hdan=huong dan; hem=khong; hk=khong; hn=hom nay; hnay=hom nay; hog=khong; hok=khong; hong=khong; hoy=thoi;
hqa=hom qua; hqua=hom qua; hs=hoc sinh; hum=hom; hwa=hom qua; ib=nhan tin; isnt=is not; iu=yeu; j=gi; ji=gi;
k=khong; kbao=khai bao; kbyt=khai bao y te; kg=khong; kh=khong; khg=khong; khum=khong; ko=khong;
kp=khong phai; ktra=kiem tra; lem=lam; lm=lam; ls=lich su; lsu=lich su; lun=luon; mh=minh; mik=minh;
mjnh=minh; mk=minh; mn=moi nguoi; mng=moi nguoi; msg=tin nhan; mu0n=muon; mum=muon; mun=muon; nc=nuoc;
ng=nguoi; ngaj=ngay; ngkhac=nguoi khac; ngta=nguoi ta; nha=nhe; nhak=nhe; nhaz=nhe; nhg=nhung; nhiu=nhieu;
nhju=nhieu; nhoa=nhe; nhtin=nhan tin; nhug=nhung; ns=noi; nt=nhan tin; ntn=nhu the nao; nv=nhan vien;
nvyt=nhan vien y te; okay=ok; oke=ok; okela=ok; oki=ok; okie=ok; oy=roi; pls=xin; plz=xin; qa=qua; qh=quan he;
r=roi; roii=roi; rui=roi; sag=sang; sdt=so dien thoai; sk=suc khoe; skhoe=suc khoe; sms=tin nhan; sn=sinh nam;
soot=sot; sotj=sot; t=toi; tb=thong bao; tgian=thoi gian; thank=cam on; thanks=cam on; thik=thich;
thks=cam on; thoy=thoi; thui=thoi; tiepxuc=tiep xuc; tk=tai khoan; tks=cam on; tn=tin nhan; tnhan=tin nhan;
toii=toi; tp=thanh pho; trc=truoc; trieuchung=trieu chung; truok=truoc; tui=toi; tuj=toi; txuc=tiep xuc;
ubnd=uy ban; uh=u; uhm=u; uk=u; uki=ok; ukm=u; um=u; v=vay; vk=vo; voj=voi; vs=voi; wa=qua; xn=xac nhan;
yte=y te; z=vay; zay=vay; zi=vi; zo=vo
"""

TEENCODE: dict[str, str] = dict(entry.strip().split("=") for entry in _ENTRIES.split(";"))  # type: ignore[misc]
