// German: what became of a text, and what a mail says by itself.
import type { notice as english } from "../en/notice.ts";

export const notice = {
  "notice-subject-text": `Deine SMS an { $numbers ->
      [one] { $phone }
     *[other] { $numbers } Nummern
    } { $fate ->
      [unknown] wurde vielleicht nicht gesendet
      [undelivered] wurde nicht zugestellt
      [unsent] wurde nicht gesendet
      [waiting] wartet noch
      [delivered] wurde zugestellt
     *[sent] wurde gesendet
    }`,
  "notice-subject-code": `Dein Code { $phone } { $fate ->
      [unknown] wurde vielleicht nicht gesendet
      [waiting] wartet noch
      [delivered] wurde zugestellt
      [sent] wurde gesendet
     *[unsent] blieb ohne Antwort
    }`,
  "notice-subject-gone": "Zu deiner SMS",

  "notice-failed": `{ $numbers ->
      [one] Deine SMS konnte nicht zugestellt werden:
     *[other] Deine SMS konnte an diese Nummern nicht zugestellt werden:
    }`,
  "notice-delayed":
    "Deine SMS ist noch nicht unterwegs. Es wird weiter versucht, du brauchst sie nicht noch einmal zu senden:",
  "notice-delivered": `{ $numbers ->
      [one] Deine SMS wurde übergeben:
     *[other] Deine SMS wurde an diese Nummern übergeben:
    }`,
  "notice-waiting": "wartet",
  "notice-waiting-why": "wartet ({ $why })",
  "notice-by-phone": "auf dem Telefon angekommen",
  "notice-by-network": "vom Netz angenommen, das keine Zustellung gemeldet hat",
  "notice-text": "Deine SMS lautete:",

  "mail-left-out": "Nicht mitgesendet: { $what }.",
  "mail-cut-quote": "die zitierte Mail",
  "mail-cut-signature": "die Signatur",
  "mail-cut-size": "das Ende eines sehr langen Textes",
  "mail-left-mail": "eine weitergeleitete Mail",

  "mail-subject-text": "SMS von { $phone }",
  "mail-subject-ussd": "USSD-Code { $phone }",

  "mail-answered-by": `{ $name } ({ $channel ->
      [email] Mail
      [telegram] Telegram
     *[other] { $channel }
    }) an { $phone }`,
} satisfies Record<keyof typeof english, string>;
