"""The vocabulary that texts are made of: lists of words by the slot they fill.

Names of people, places and products are put together from syllables, as real ones are; with them the
vocabulary has several thousand distinct words, so that search and compression meet text like that of
real traces and not a few repeated strings.
"""

from collections.abc import Sequence


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _joined(starts: str, ends: str) -> tuple[str, ...]:
    """Every start with every end."""
    return tuple(start + end for start in starts.split() for end in ends.split())


FIRST = _words(
    "Anna Ben Clara David Elena Farid Grace Hugo Ines Jonas Katja Liam Maria Noah Olivia Paul Quentin Rosa "
    "Samir Tara Ulrich Vera Walter Ximena Yusuf Zoe Amara Bruno Chloe Dmitri Esther Felix Giulia Hassan Irene "
    "Jamal Kofi Leila Marco Nina Omar Priya Rafael Sofia Tomas Uma Viktor Wanda Yara Zainab Aisha Bilal "
    "Carmen Diego Emma"
)
SURNAME = _joined(
    "Adler Berg Braun Carl Dahl Eber Fisch Gold Hart Holm Jans Kauf Lind Meyer Nord Olden Peters Quist Rosen "
    "Stein Thor Ull Vogel Wein Winter Young Ash Black Brook Cold Fair Green Hay King Long Mil Red Stan White "
    "Wood",
    "mann feld berg son sen ton ley worth stein bach er field ford man well ham",
)
TOWN = _joined(
    "Alten Bergs Castle Dorn East Frei Grün Hoch Ilmen Kings Lang Mar Neu Ober Port Queens Rot Salt Tannen "
    "Upper Valle West Wind Ash Brook Clear Stone River Lake North",
    "stadt dorf haven burg mouth wick bridge heim ville by field hafen",
)
BRAND = _joined(
    "Acu Bel Cor Dura Eco Fle Gly Hexa Ino Jul Kin Lumo Mero Nova Orbi Pico Qua Rivo Sola Tera Ulti Vero Wavo "
    "Xeno Yolo Zeta Alti Brio Cali Delta",
    "tek ra lux nix form san dyne max vita port lab rix zen mia cast gen line cell ware plex ton via",
)
NOUN = _words(
    "invoice shipment refund order parcel payment contract subscription account balance receipt delivery "
    "voucher discount warranty battery charger keyboard monitor printer router camera headset speaker tablet "
    "laptop phone mattress sofa lamp table chair wardrobe curtain carpet mirror shelf kettle toaster blender "
    "oven fridge freezer dishwasher washer dryer vacuum iron heater fan filter pump valve engine tyre brake "
    "mirror seat helmet bicycle scooter trailer tent backpack suitcase jacket sweater shirt dress skirt coat "
    "boot sandal glove scarf hat belt watch ring necklace bracelet wallet umbrella notebook pencil envelope "
    "folder stapler calendar poster magazine novel dictionary atlas guitar piano violin drum flute puzzle "
    "doll kite balloon ticket passport visa itinerary flight hotel reservation luggage upgrade seatmap meal "
    "lounge insurance policy claim premium deductible clause appendix amendment signature attachment "
    "spreadsheet dashboard report forecast budget ledger journal audit statement mortgage loan deposit "
    "transfer dividend pension salary bonus expense allowance reimbursement tax exemption threshold schema "
    "index column query migration replica cluster pipeline deployment container image gateway proxy "
    "certificate credential token webhook endpoint payload timeout latency throughput retry queue worker "
    "scheduler snapshot backup archive checksum dataset benchmark embedding prompt template classifier recipe "
    "ingredient dosage symptom diagnosis prescription appointment clinic laboratory sample specimen protocol "
    "lecture seminar syllabus assignment essay thesis citation bibliography experiment hypothesis measurement "
    "harvest greenhouse irrigation fertilizer tractor orchard vineyard barrel bottle cork label warehouse "
    "pallet forklift conveyor scanner barcode manifest customs tariff quota licence permit regulation "
    "inspection penalty"
)
ADJ = _words(
    "blue red green grey black white yellow silver golden wooden plastic leather cotton woollen ceramic "
    "digital wireless portable foldable waterproof broken damaged missing late early duplicate partial final "
    "quarterly annual monthly weekly urgent optional mandatory temporary permanent internal external public "
    "private shared encrypted compressed outdated upcoming pending confirmed rejected approved revised "
    "original corrected second third new old spare heavy light narrow wide tall short cheap expensive premium "
    "standard basic advanced seasonal regional national international domestic overseas preferred alternative "
    "recommended discontinued refurbished oversized fragile perishable organic synthetic manual automatic "
    "electric hybrid solar thermal acoustic optical magnetic chemical medical legal fiscal academic "
    "commercial industrial municipal historical experimental"
)
VERB = _words(
    "check confirm cancel update replace return repair resend correct review approve explain forward "
    "translate summarize classify compare calculate verify schedule postpone extend shorten merge split "
    "rename archive restore export import encrypt publish withdraw renew refund escalate assign document "
    "measure inspect label register"
)
MONTH = _words("January February March April May June July August September October November December")
WEEKDAY = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
TEAM = _words(
    "billing shipping returns support legal security finance warehouse product marketing platform onboarding"
)

SLOTS: dict[str, Sequence[str]] = {
    "first": FIRST,
    "surname": SURNAME,
    "town": TOWN,
    "brand": BRAND,
    "noun": NOUN,
    "adj": ADJ,
    "verb": VERB,
    "month": MONTH,
    "weekday": WEEKDAY,
    "team": TEAM,
    # Nouns and adjectives of the other languages; all nouns of a slot share gender and number.
    "de_die": _words(
        "Rechnung Lieferung Bestellung Buchung Erstattung Gutschrift Mahnung Zahlung Garantie Versicherung "
        "Kündigung Reservierung Adresse Quittung Sendung Überweisung Vereinbarung Genehmigung Prüfung Abrechnung "
        "Steuererklärung"
    ),
    "de_der": _words(
        "Vertrag Auftrag Rabatt Gutschein Drucker Bildschirm Kühlschrank Koffer Reisepass Termin Anhang Betrag "
        "Bericht Schlüssel Server Fehler Zugang Nachtrag Lieferschein Kaufpreis Staubsauger"
    ),
    "de_adj": _words(
        "neue alte fehlende doppelte verspätete beschädigte korrigierte bestätigte offene endgültige ursprüngliche"
    ),
    "es_la": _words(
        "factura entrega reserva garantía devolución transferencia suscripción tarjeta dirección lámpara mochila "
        "impresora pantalla cafetera bicicleta maleta póliza cláusula nómina solicitud"
    ),
    "es_el": _words(
        "pedido pago contrato recibo reembolso descuento vuelo equipaje seguro informe presupuesto teléfono "
        "ordenador cargador sillón espejo horno paquete código archivo"
    ),
    "fr_la": _words(
        "facture livraison commande réservation garantie carte valise lampe machine clause demande caisse montre "
        "table"
    ),
    "ja": _words(
        "請求書 注文 配送 返金 契約書 予約 領収書 保証書 アカウント パスワード プリンター 充電器 "
        "冷蔵庫 自転車 航空券 保険 見積書 明細 住所 登録情報 会議室 報告書 在庫 商品 部品"
    ),
    "zh": _words(
        "发票 订单 退款 合同 快递 账户 密码 收据 保修卡 优惠券 "
        "机票 酒店 行李 保险 报告 预算 服务器 数据库 打印机 充电器 冰箱 自行车 地址 证书 附件 样品 仓库 海关"
    ),
    "ar": _words(
        "الفاتورة الطلب الشحنة العقد الحساب الإيصال الحجز التأمين التقرير العنوان الدفعة الضمان الرصيد الاشتراك"
    ),
    "hi": _words("बिल ऑर्डर भुगतान अनुबंध खाता रसीद बुकिंग बीमा रिपोर्ट पता वारंटी शिपमेंट सदस्यता चार्जर टिकट पार्सल"),
    "ru": _words(
        "счёт заказ платёж договор возврат билет отчёт адрес чек сертификат аккаунт принтер перевод полис"
    ),
}
"""Slot -> the words that may fill it."""

EMOJI = (
    "🙂",
    "🙏",
    "👍🏽",
    "🚚",
    "📦",
    "❤️",
    "🎉",
    "😡",
    "🤔",
    "👨‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🇩🇪",
    "✅",
    "⚠️",
    "💳",
    "🔥",
    "🧾",
    "🐛",
)
"""Single, modified, joined and flag emoji: each is one sign of two cells or so."""
