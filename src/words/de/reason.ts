// German: why something failed or waits.
import type { reason as english } from "../en/reason.ts";

export const reason = {
  "reason-none": "keine Antwort",
  "reason-unknown":
    "Ausgang unbekannt: das Gateway hat sie angenommen, oder vielleicht, und nie gesagt, was daraus wurde; sie wurde nicht noch einmal gesendet",
  "reason-resent": "Ausgang unbekannt; noch einmal gesendet, wie es eingestellt ist",
  "reason-interrupted": "beim Senden unterbrochen",
  "reason-absent": "vom Gateway nicht angenommen",
  "reason-expired": "nicht rechtzeitig gesendet",
  "reason-expired-why": "nicht rechtzeitig gesendet ({ $why })",

  "reason-refused": "vom Netz abgelehnt",
  "reason-refused-why": "vom Netz abgelehnt ({ $why })",
  "reason-report": "Zustellbericht { $code }",
  "reason-report-part": "Zustellbericht { $code } für einen von { $parts } Teilen",
  "reason-some-parts": "{ $sent } von { $parts } Teilen wurden gesendet",
  "reason-frequent": "Status 4: abgelehnt; oft liegt es an vielen SMS an dieselbe Nummer",
  "reason-timed-out": "Status 5: Zeit abgelaufen; kein Port war frei, oder der Port ist falsch eingestellt",

  "reason-gateway": "das Gateway konnte sie nicht annehmen",
  "reason-no-port": "kein Port ist dafür frei oder brauchbar (550)",
  "reason-unreachable": "Anfrage an das Gateway gescheitert: { $why }",
  "reason-number": "das Gateway nimmt diese Nummer nicht an",
  "reason-text": "das Gateway nimmt diesen Text nicht an",
  "reason-number-or-text": "Das Gateway nimmt diese Nummer oder diesen Text nicht an.",
  "reason-text-long": "Der Text ist für das Gateway zu lang.",
  "reason-number-long": "Die Nummer ist für das Gateway zu lang.",
  "reason-not-dialled": "diese Nummer kann man nicht wählen",
  "reason-no-sim": "Diese SIM gibt es nicht.",

  "reason-ussd-silent": "das Netz hat auf diesen Code nicht geantwortet",
  "reason-ussd-unsent": "das Gateway konnte diesen Code nicht senden",
  "reason-ussd-long": "der Code ist für das Gateway zu lang",
  "reason-ussd-too-long": "Der Code ist zu lang.",
  "reason-ussd-lost": "die SIM, von der der Code kam, ist nicht mehr bekannt",
  "reason-ussd-session": "der Port ist mit einem anderen Code beschäftigt",
  "reason-ussd-busy": "der Port ist beschäftigt (486)",
  "reason-ussd-ended": "von { $who } beendet",
  "reason-ussd-none": "kein USSD auf diesem Port (503)",

  "reason-bounced": "zurückgekommen: { $why }",
  "reason-no-route": "niemand ist dafür zuständig",
  "reason-not-handed-over": "nicht rechtzeitig übergeben",
  "reason-not-handed-over-why": "nicht rechtzeitig übergeben ({ $why })",
} satisfies Record<keyof typeof english, string>;
