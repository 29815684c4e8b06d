// German: why a text was not taken at all (the codes of `Rejected`), for chats.
import type { rejected as english } from "../en/rejected.ts";

export const rejected = {
  "rejected-not-you": "Du darfst hier keine SMS senden.",
  "rejected-not-allowed": "An { $phone } darfst du nicht senden.",
  "rejected-no-begin": "Du darfst { $phone } antworten, aber nicht zuerst schreiben.",
  "rejected-over-quota":
    "Du hast so viele SMS gesendet, wie du an einem Tag darfst. Weiter geht es ab { $when }.",
  "rejected-not-a-number": "„{ $what }“ ist keine Telefonnummer. Schreib sie so: +491701234567.",
  "rejected-no-such-sim": "Eine SIM „{ $sim }“ gibt es hier nicht für dich.",
  "rejected-no-sim": "Keine SIM hier darf deine SMS senden.",
  "rejected-no-ussd": "Keine SIM hier kann für dich Codes wählen.",
  "rejected-nothing-to-send": "Da ist kein Text zum Senden.",
  "rejected-too-long": `Der Text ist zu lang: Er braucht { $parts ->
      [one] einen Teil
     *[other] { $parts } Teile
    }, und höchstens { $max ->
      [one] einer wird
     *[other] { $max } werden
    } gesendet.`,
  "rejected-too-long-plain": "Der Text ist für das Gateway zu lang.",
  "rejected-store":
    "Das konnte gerade nicht gespeichert werden und wurde nicht gesendet. Bitte versuch es gleich noch einmal.",
  "rejected-busy": "Gerade ist zu viel los, es wurde nicht gesendet. Bitte versuch es gleich noch einmal.",
  "rejected-automatic": "Automatische Nachrichten werden nicht als SMS gesendet.",
  "rejected-edit": "Das lässt sich nicht ändern: Der Text bleibt, wie er war.",
} satisfies Record<keyof typeof english, string>;
