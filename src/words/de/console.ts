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

  "console-new": "Neue SMS",
  "console-newest": "Zurück zu den neuesten",
  "console-older": "Ältere",
  "console-back": "Zurück",
  "console-no-conversations": "Hier gibt es noch keine Gespräche.",
  "console-conversation": "Gespräch mit { $name }",
  "console-log": "Was gesagt wurde",
  "console-came-in": "kam herein",
  "console-written-by": "von { $name }",
  "console-sim": "SIM-Karte: { $sim }",
  "console-all-messages": "Alle Nachrichten dieser Nummer",
  "console-story": "Einzelheiten",
  "console-copies": "auch an { $names }",
  "console-went-to": "an { $names }",
  "console-copy-failed": "{ $name } (nicht erreicht)",

  "console-text": "Text der SMS",
  "console-to": "An",
  "console-to-hint":
    "Eine Nummer wie +491701234567, eine Kurzwahl oder ein Code wie *100#. Mehrere mit Kommas dazwischen.",
  "console-from-sim": "Von SIM-Karte",
  "console-any-sim": "Beliebige SIM",
  "console-choose-sim": "SIM auswählen",
  "console-send": "Senden",
  "console-parts": `{ $units ->
      [one] Ein Zeichen
     *[other] { $units } Zeichen
    }, { $parts ->
      [one] ein Teil
     *[other] { $parts } Teile
    }`,
  "console-parts-special": `{ $units ->
      [one] Ein Zeichen
     *[other] { $units } Zeichen
    }, { $parts ->
      [one] ein Teil
     *[other] { $parts } Teile
    }: Mit Zeichen, die eine einfache SMS nicht hat, passt weniger in einen Teil`,
  "console-parts-over": `Zu lang: { $parts } Teile, und höchstens { $max ->
      [one] einer wird
     *[other] { $max } werden
    } gesendet`,

  "console-said-sent": "Ist unterwegs.",
  "console-said-shortened": "Der Text war zu lang: Er wurde gekürzt und ist unterwegs.",
  "console-said-again": "Ist noch einmal unterwegs.",
  "console-said-cancelled": "Zurückgenommen: Wird nicht gesendet.",
  "console-said-rerouted": "Geht jetzt von der anderen SIM.",
  "console-said-too-late": "Zu spät: War schon weg.",
  "console-said-nothing-failed": "Es gibt nichts noch einmal zu senden.",
  "console-said-no-sim": "Bitte wähle zuerst eine SIM aus.",

  "console-naming": "Telefon benennen",
  "console-naming-name": "Wie ihr es nennt",
  "console-naming-save": "Speichern",
  "console-said-named": "Gespeichert.",

  "console-again": "Noch einmal senden",
  "console-cancel": "Zurücknehmen",
  "console-reroute": "Andere SIM",
  "console-sim-for": "SIM für { $name }",
  "console-waiting": "Was wartet",
  "console-waiting-none": "Nichts wartet.",
  "console-waiting-most": "Es gibt mehr: Das sind die ersten { $count }.",
  "console-failed-lately": "Was zuletzt fehlschlug",
  "console-failed-none": "Nichts ist fehlgeschlagen.",
  "console-paused": "Angehalten, dort wird nichts gesendet: { $sims }.",
  "console-to-gateways": "Zu den Gateways",
  "console-attempts": `{ $count ->
      [one] ein Versuch
     *[other] { $count } Versuche
    }`,
  "console-next": "nächster Versuch:",
  "console-why-paused": "die SIM oder das Gateway ist angehalten",
  "console-why-behind": "eine frühere SMS an dasselbe Telefon ist vorher dran",
  "console-why-down": "kein Gateway, das sie senden darf, ist da",
  "console-why-retry": "schon versucht, wird noch einmal versucht",
  "console-why-turn": "andere sind vorher dran",
  "console-why-reader": "kam herein, und { $name } wurde noch nicht erreicht",
  "console-why-asked": "noch weiß niemand, ob sie weg ist: Das Gateway wird gefragt",

  "console-number": "Telefon",
  "console-words": "Im Text",
  "console-state": "Zustand",
  "console-way": "Richtung",
  "console-way-in": "von Telefonen",
  "console-way-out": "an Telefone",
  "console-gateway": "Über Gateway",
  "console-since": "Ab",
  "console-until": "Bis",
  "console-any": "alle",
  "console-search": "Suchen",
  "console-clear": "Leeren",
  "console-export": "Als Tabelle (CSV)",
  "console-none-found": "Nichts gefunden.",
  "console-search-depth": "Nach Texten wird in den neuesten { $count } Zustellungen gesucht.",
  "console-from": "Von",
  "console-towards": "An",

  "console-story-in": "SMS von",
  "console-story-out": "SMS an",
  "console-to-conversation": "Zum Gespräch",
  "console-writer": "Geschrieben von",
  "console-simpost": "simpost selbst",
  "console-taken": "Angenommen",
  "console-id": "Nachricht",
  "console-nobody": "niemand: Keine Route hat sie genommen",
  "console-really-sent": "Was wirklich gesendet wurde:",
  "console-part-count": `{ $parts ->
      [one] ein Teil
     *[other] { $parts } Teile
    }`,
  "console-number-of": "Nr. { $id }",
  "console-steps": "Schritt für Schritt",
  "console-which-sim": "SIM-Karte",
} satisfies Record<keyof typeof english, string>;
