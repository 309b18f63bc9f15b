/** Stories about consent and delivery: who said stop and how, what did not arrive and why, who was not meant at all. */
import {
  bookings,
  days,
  june,
  later,
  minutesAgo,
  note,
  optOut,
  read,
  refused,
  resolve,
  type Story,
  story,
  tag,
  they,
  tomas,
  undelivered,
} from "./script.ts";

const REMINDER =
  "Kiln & Co.: your class is tomorrow at 6:30pm. Can't come? Reply here, it's free to move until tonight. STOP to opt out.";

export const CAREFUL: readonly Story[] = [
  story("Grace Kimball", days(14, "09:30"), [
    bookings(REMINDER),
    they("STOP", 4),
    june("Hi Grace, you won't get reminders any more. Shall I still keep your seat tomorrow?", 30),
    note("june", "She texted STOP, so my message did not go out (rightly). Called her instead: she's coming.", 6),
    resolve("june", 2),
  ]),
  story("Neil Abernathy", days(21, "12:40"), [
    they("who is this"),
    june(
      "Hello! This is Kiln & Co., the pottery studio on Mill Lane. You asked about firing at our stall on Sunday.",
      13,
    ),
    they("oh right! the creek clay. yes. i'll write again", 5),
    resolve("june", 2),
  ]),
  story("Amos Tucker", days(18, "10:00"), [
    bookings(
      "Kiln & Co.: the spring glazes are here, six new ones. Come and dip a test tile, it's free this week. STOP to opt out.",
    ),
    they("stop", 2),
    they("START", 190),
    they("sorry, pocket. keep em coming", 1),
    read("june", 40),
    resolve("june", 2),
  ]),
  story("Carmen Vidal", days(17, "19:03"), [
    they("Hola, ¿tienen clases para principiantes los sábados?"),
    tomas("¡Hola Carmen! Sí, los sábados a las 3 hay torno para principiantes, $65 con todo incluido. ¿Te apunto?", 18),
    they("Sí por favor, para mí y mi hermana", 3),
    tomas("Apuntadas las dos. ¡Nos vemos el sábado!", 5),
    tag("tomas", "español"),
    resolve("tomas", 2),
  ]),
  story("Luis Ortega", days(12, "13:26"), [
    they("Buenas, ¿cuánto cuesta la clase de torno?"),
    tomas("¡Hola Luis! $65 por persona, dos horas, con barro, esmalte y horno incluidos. ¿Qué día te viene bien?", 25),
    they("El jueves por la tarde", 4),
    tomas("Jueves a las 6:30, te guardo sitio. Trae ropa que se pueda manchar.", 3),
    they("Gracias!", 1),
    resolve("tomas", 2),
  ]),
  story("Isabel Franco", days(11, "18:00"), [
    bookings(REMINDER),
    they("PARAR", 3),
    read("june", 12),
    resolve("june", 1),
  ]),
  story("Joelle Fontaine", days(9, "09:15"), [
    bookings(REMINDER, 0, undelivered("30003")),
    june("Hi Joelle, just making sure you saw that class is at 6:30 tomorrow.", 240, undelivered("30003")),
    note("june", "Phone seems to be off since yesterday. Try by email.", 4),
  ]),
  story("Vikram Sethi", days(8, "11:20"), [
    they("can the voucher be used for clay too or only classes"),
    june("For both! It's worth its $80 on anything in the studio.", 16),
    they("nice", 2),
    resolve("june", 10),
  ]),
  story("Lottie Baird", days(7, "14:00"), [
    june(
      "Hi Lottie, your shelf B1 is getting a new lock on Friday. The key will be at the desk in an envelope.",
      0,
      undelivered("30006"),
    ),
    note("june", "This is her landline, the carrier takes no texts. Ask her for a mobile number.", 3),
    tag("june", "wrong-number"),
  ]),
  story("Sam Whitaker", days(6, "15:30"), [
    tomas(
      "Hi Sam, we found your voucher in the drawer: it's made out for two. Do you want to bring someone?",
      0,
      refused("21211"),
    ),
    note("tomas", "The number in the file has a typo, I think. Voucher KC-2281 is in the drawer.", 3),
  ]),
  story(
    "Connor Doyle",
    days(5, "17:00"),
    [
      june(
        "Hi Connor, your two bowls are out of the kiln. The lopsided one is everybody's favorite.",
        0,
        undelivered("30034"),
      ),
      note(
        "june",
        "Blocked because the events number isn't registered yet. Tomás is on it. I'll write from the studio line.",
        5,
      ),
    ],
    "events",
  ),
  story("+18285550146", days(5, "21:48"), [
    they("Hey is this Dr. Patel? I need to move my cleaning on Thursday"),
    june("Hello! This is Kiln & Co., a pottery studio. We clean wheels, not teeth. I hope you find Dr. Patel!", 660),
    they("😂 omg sorry. but also... do you do date nights", 4),
    june("We do. Fridays at 7. Bring wine and, by then, clean teeth.", 3),
    resolve("june", 30),
  ]),
  story(
    "Patrick Osei",
    days(4, "10:10"),
    [
      they("Please take me off your list, I only asked once"),
      tomas("Done, Patrick, and sorry about that. You won't hear from us again.", 20),
      optOut("tomas", "Asked by text to be taken off the list"),
      resolve("tomas", 1),
    ],
    "events",
  ),
  story("Yuki Tanaka", days(3, "13:33"), [
    they("Is there a raku day this spring?"),
    tomas("There is, moved by the wind to the Saturday after next. Six places, two left. Want one?", 21),
    they("Me!! yes!!", 1),
    later(
      "tomas",
      "Raku tomorrow at 10, Yuki! Cotton clothes, closed shoes, hair tied back. Bring the pots you don't mind risking.",
      120,
    ),
  ]),
  story("+18285550147", days(2, "22:05"), [
    they("U up"),
    they("wrong number sorry", 1),
    read("june", 690),
    resolve("june", 1),
  ]),
  story("Ravi Chandran", days(1, "18:30"), [bookings(REMINDER), they("HELP", 6), read("june", 20)]),
  story("Vikram Sethi", days(1, "17:20"), [
    bookings(
      "Kiln & Co.: two seats are left for date night on Friday at 7. Bring wine: kilnandco.example/fridays. STOP to opt out.",
    ),
    they("why do you keep texting me? the voucher was for my wife", 9),
    note("june", "Does he mean the Friday offers, or all of it? Let's decide before anybody else writes.", 14),
    bookings("Kiln & Co.: one seat left for Friday. kilnandco.example/fridays. STOP to opt out.", 35),
  ]),
  story("Luis Ortega", minutesAgo(134), [
    they("Hola, ¿puedo cambiar mi clase del jueves al viernes?"),
    they("Es que trabajo hasta tarde", 1),
  ]),
  story("Rosa Delgado", minutesAgo(81), [
    bookings(
      "Kiln & Co.: Mateo's dragon is out of the kiln and breathing fire. Pick it up any time until Saturday. STOP to opt out.",
    ),
    they("He is jumping. We come today", 5),
  ]),
  story("Walter Simms", minutesAgo(34), [
    they("this is walter with the clock. got it fixed in greenville if you want to tell others"),
    they("the man's name is Ed", 1),
  ]),
];
