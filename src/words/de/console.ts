// German: the console's frame, conversations, queue and messages.
import type { console as english } from "../en/console.ts";

export const console = {
  "console-skip": "Zum Inhalt springen",
  "console-menu": "Seiten",
  "console-menu-conversations": "Gespräche",
  "console-menu-queue": "Warteschlange",
  "console-menu-messages": "Nachrichten",
  "console-signed-in-as": "Angemeldet als { $name }",
  "console-times": "Zeiten: { $zone }",
  "console-live-lost": "Die Verbindung ist weg: Diese Seite erneuert sich gerade nicht von selbst.",
  "console-sign-out": "Abmelden",

  "console-sign-in": "Anmelden",
  "console-sign-in-name": "Benutzername",
  "console-sign-in-name-hint": "Dein Name in simpost oder eine deiner Mailadressen.",
  "console-sign-in-password": "Passwort",
  "console-sign-in-wrong": "Name oder Passwort stimmt nicht.",
  "console-sign-in-wait": `Zu viele Versuche. Bitte warte { $seconds ->
      [one] eine Sekunde
     *[other] { $seconds } Sekunden
    }.`,
  "console-sign-in-busy": "Gerade melden sich zu viele an. Bitte versuch es gleich noch einmal.",
  "console-sign-in-again": "Diese Seite war zu alt. Bitte melde dich noch einmal an.",
  "console-sign-in-none":
    "Noch kann sich niemand anmelden: Kein Benutzer in der Konfiguration hat ein Passwort.",
  "console-sign-in-none-how":
    "Starte `simpost hash`, tipp ein Passwort ein und trag die ausgegebene Zeile in die Konfiguration ein; dann lade simpost neu:",

  "console-not-found": "Nicht hier",
  "console-not-found-text": "Diese Seite gibt es nicht, oder sie ist nicht für dich.",
  "console-forbidden": "Nicht für dich",
  "console-forbidden-text": "Deine Rolle erlaubt das nicht.",
  "console-stale": "Nicht ausgeführt",
  "console-stale-text":
    "Dieses Formular war zu alt oder kam nicht von dieser Seite. Geh zurück, lade neu und versuch es noch einmal.",
  "console-failed": "Etwas ist kaputt",
  "console-failed-text":
    "Diese Seite ließ sich gerade nicht erstellen. Im Protokoll steht mehr. Bitte versuch es gleich noch einmal.",
  "console-refused": "Nicht gesendet",
  "console-refused-not-allowed": "Deine Rechte erlauben das nicht.",

  "console-state-queued": "wartet",
  "console-state-sending": "wird gesendet",
  "console-state-accepted": "im Gateway",
  "console-state-sent": "gesendet",
  "console-state-delivered": "zugestellt",
  "console-state-unsure": "ungewiss",
  "console-state-failed": "fehlgeschlagen",
} satisfies Record<keyof typeof english, string>;
