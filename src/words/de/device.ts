// German: what the bot says about codes, SIM cards, the queue, and texts that were looked for.
import type { device as english } from "../en/device.ts";

export const device = {
  "tg-ussd-usage": "Schreib es so: /ussd *100#, oder für eine bestimmte SIM: /ussd *100# office:3",
  "tg-ussd-sent": "{ $code } ist gewählt. Die Antwort des Netzes kommt hierher.",
  "tg-ussd-answer": "Das Netz antwortet auf { $code }:",
  "tg-ussd-no-answer": "Das Netz hat auf { $code } nicht geantwortet.",

  "tg-ports-head": "SIM-Karten: Gateway und Port, Nummer, Zustand, SMS heute",
  "tg-ports-none": "Hier gibt es keine SIM-Karten.",
  "tg-port-registered": "im Netz",
  "tg-port-unregistered": "nicht im Netz",
  "tg-port-no-sim": "keine SIM",
  "tg-port-failing": "gestört",
  "tg-port-paused": "angehalten",

  "tg-status-queue": "SMS: { $queued } warten, { $sending } werden gesendet, { $unsure } ungewiss",
  "tg-status-gateway-up": "{ $gateway }: alles in Ordnung",
  "tg-status-gateway-down": "{ $gateway }: nicht erreichbar ({ $why })",
  "tg-status-channel-down": "{ $channel }: nicht erreichbar",

  "tg-find-usage": "Schreib es so: /find Wörter, oder /find +491701234567",
  "tg-find-none": "Nichts gefunden zu „{ $what }“.",
  "tg-find-head": `{ $count ->
      [one] Eine SMS
     *[other] { $count } SMS
    } gefunden zu „{ $what }“:`,
} satisfies Record<keyof typeof english, string>;
