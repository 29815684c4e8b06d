// German: what the bot says about people, texts and conversations.
import type { chat as english } from "../en/chat.ts";

export const chat = {
  "tg-stranger":
    "Hallo! Ich arbeite nur für Leute, die ich kenne. Wenn du dazugehören willst, gib der Person, die mich betreibt, deine Telegram-ID: { $id }",
  "tg-welcome":
    "Hallo { $name }! Schreib /send NUMMER Text, oder antworte einfach auf eine SMS, die ich dir bringe. /help zeigt den Rest.",
  "tg-joined":
    "Fertig: Dieses Telegram-Konto gehört jetzt zu { $user }. /help zeigt, was du hier tun kannst.",
  "tg-invite-bad": "Diese Einladung ist abgelaufen oder schon benutzt. Bitte lass dir eine neue geben.",
  "tg-group-only-users":
    "Ich sende nur für Leute, die ich kenne: Das hier wurde nicht gesendet. Schreib mir privat, dann sage ich dir, was zu tun ist.",
  "tg-topic-failed":
    "Ich darf hier keine Themen anlegen. Bitte mach mich in dieser Gruppe zum Admin, der Themen verwalten darf.",
  "tg-help": `
    /send NUMMER Text: sendet eine SMS. Du kannst mir auch einen Kontakt schicken.
    /ussd *100#: wählt einen Code; auf das Menü des Netzes antwortest du einfach.
    /find WÖRTER oder NUMMER: sucht SMS.
    /ports: die SIM-Karten.
    /status: wie es steht.
    /help: diese Liste.

    Auf eine SMS antwortest du, indem du auf ihre Nachricht antwortest. In einer Gruppe mit Themen geht an das Telefon, was du in seinem Thema schreibst.
    `,

  "tg-command-send": "SMS senden: NUMMER Text",
  "tg-command-ussd": "Code wählen: *100#",
  "tg-command-ports": "Die SIM-Karten",
  "tg-command-status": "Wie es steht",
  "tg-command-find": "SMS oder Nummer suchen",
  "tg-command-help": "Was ich kann",

  "tg-joined-other":
    "Dieses Telegram-Konto gehört schon zu { $user }, und dabei bleibt es. Ändern kann das die Person, die mich betreibt.",
  "tg-group-id":
    "In dieser Gruppe arbeite ich noch nicht. Soll ich, dann gib der Person, die mich betreibt, die ID der Gruppe: { $id }",

  "tg-send-usage": "Schreib es so: /send +491701234567 Bis um acht",
  "tg-send-ask-text": "Was soll ich an { $phone } senden?",
  "tg-contact-offer": "Möchtest du { $name } ({ $phone }) schreiben?",
  "tg-text-only": "Eine SMS besteht nur aus Text: Das hier wurde nicht gesendet.",
  "tg-caption-offer": `
    Eine SMS besteht nur aus Text. Soll ich die Bildunterschrift senden?

    { $text }
    `,
  "tg-number-unclear":
    "Wo endet die Nummer: { $first } oder { $second }? Es wurde nichts gesendet. Schreib die Nummer ohne Leerzeichen und den Text in eine eigene Zeile.",
  "tg-unknown-command": "Diesen Befehl kenne ich nicht, es wurde nichts gesendet. /help zeigt, was ich kann.",
  "tg-no-phone-here":
    "Welches Telefon meinst du? Antworte auf eine SMS aus dem Gespräch, oder schreib /send NUMMER Text.",
  "tg-not-in-thread":
    "Das gehört zu keinem Gespräch mit einem Telefon und wurde nicht gesendet. Mit /send NUMMER Text beginnst du eines.",
  "tg-reply-odd": "{ $phone } ist ein Name, keine Nummer: Darauf kann man nicht antworten.",
  "tg-long": `Dieser Text braucht { $parts ->
      [one] einen Teil
     *[other] { $parts } Teile
    }, und jeder kostet so viel wie eine SMS{ $encoding ->
      [ucs2] ; Emojis oder Sonderzeichen darin machen die Teile kurz (70 Zeichen statt 160)
     *[gsm7] { "" }
    }. Ganz senden, oder auf { $limit ->
      [one] einen Teil
     *[other] { $limit } Teile
    } kürzen?`,
  "tg-shortened": `Gekürzt auf { $parts ->
      [one] einen Teil
     *[other] { $parts } Teile
    }.`,

  "tg-store-later":
    "Ich kann das gerade nicht speichern, es ist also noch nicht gesendet. Ich versuche es weiter, du brauchst es nicht noch einmal zu schreiben.",
  "tg-wrote": "{ $name } schrieb:",
  "tg-forgotten": "Diese SMS kenne ich nicht mehr.",
  "tg-accepted": `Unterwegs zu { $phone }{ $parts ->
      [0] { "" }
      [1] { "" }
     *[other] , in { $parts } Teilen
    }.`,
  "tg-failed": "Deine SMS an { $phone } ist gescheitert: { $why }",
  "tg-unknown":
    "Ob deine SMS an { $phone } gesendet wurde, ließ sich nicht herausfinden. Sie wurde nicht noch einmal gesendet.",
  "tg-delayed":
    "Deine SMS an { $phone } wartet noch. Ich versuche es weiter, du brauchst sie nicht noch einmal zu senden.",
  "tg-waiting": "Noch nicht gesendet: Ich warte auf eine freie SIM-Karte.",
  "tg-delivered": "Zugestellt an { $phone }.",
  "tg-retried": "Ich versuche es noch einmal.",
  "tg-no-other-sim": "Es gibt keine andere SIM, die das senden könnte.",
  "tg-cancelled": "Abgebrochen: Es wurde nichts gesendet.",
  "tg-cancel-late": "Zu spät: Die SMS ist schon unterwegs.",
  "tg-cancel-usage": "Antworte mit /cancel auf die SMS, die nicht gesendet werden soll.",
  "tg-edited": "Geändert: Der neue Text wird gesendet.",
  "tg-edit-late": "Zu spät zum Ändern: Die SMS ging so hinaus, wie sie war.",
  "tg-button-retry": "Noch einmal",
  "tg-button-other-sim": "Andere SIM",
  "tg-button-cancel": "Abbrechen",
  "tg-button-send": "Senden",
  "tg-button-shorten": "Kürzen",
  "tg-button-write": "Schreiben",

  "tg-from": "{ $name } ({ $phone }) an { $sim }",
  "tg-from-name": "{ $name } ({ $phone })",
  "tg-from-number": "{ $phone } an { $sim }",
  "tg-empty": "(eine leere SMS)",
  "tg-answered-by": `{ $name } hat { $channel ->
      [email] per Mail
      [telegram] über Telegram
     *[other] über { $channel }
    } geantwortet.`,
  "tg-topic-named": "Dieses Gespräch heißt jetzt { $name }.",
  "tg-closed-muted": "Geschlossen: Hier ist Ruhe, bis das Telefon wieder schreibt.",
  "tg-reopened": "Das Telefon hat wieder geschrieben, deshalb ist hier wieder offen.",
} satisfies Record<keyof typeof english, string>;
