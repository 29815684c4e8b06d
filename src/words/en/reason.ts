// English: why something failed or waits. These are the operator's words, as the bridge and the gateways write them into `Delivery.error`:
// reason.ts finds the message by them, so they are plain patterns, and what they hold has no other syntax than `{ $name }`.

export const reason = {
  "reason-none": "no answer",
  "reason-unknown":
    "outcome unknown: the gateway took it, or may have, and never said what became of it; it was not sent again",
  "reason-resent": "outcome unknown; sent again as the config asks",
  "reason-interrupted": "interrupted while it was sent",
  "reason-absent": "not taken by the gateway",
  "reason-expired": "it could not be sent in time",
  "reason-expired-why": "it could not be sent in time ({ $why })",

  "reason-refused": "the network refused it",
  "reason-refused-why": "the network refused it ({ $why })",
  "reason-report": "delivery report { $code }",
  "reason-report-part": "delivery report { $code } for one of { $parts } parts",
  "reason-some-parts": "FAILED, { $sent } of { $parts } parts were sent",
  "reason-frequent": "status 4: refused; frequent texts to one number are a known cause",
  "reason-timed-out": "status 5: timed out; no port was free, or the port is set up wrongly",

  "reason-gateway": "the gateway could not take it",
  "reason-no-port": "no port is free or usable for it (550)",
  "reason-unreachable": "gateway request failed: { $why }",
  "reason-number": "the gateway does not accept this number",
  "reason-text": "the gateway does not accept this text",
  "reason-number-or-text": "The gateway does not take this number or text.",
  "reason-text-long": "The text is too long for the gateway.",
  "reason-number-long": "The number is too long for the gateway.",
  "reason-not-dialled": "this is not a number that can be dialled",
  "reason-no-sim": "There is no such SIM.",

  "reason-ussd-silent": "the network gave no answer to this code",
  "reason-ussd-unsent": "the gateway could not send this code",
  "reason-ussd-long": "the code is too long for the gateway",
  "reason-ussd-too-long": "The code is too long.",
  "reason-ussd-lost": "the SIM that the code was sent from is not known any more",
  "reason-ussd-session": "the port has another session",
  "reason-ussd-busy": "the port is busy (486)",
  "reason-ussd-ended": "ended by { $who }",
  "reason-ussd-none": "no USSD on this port (503)",

  "reason-bounced": "bounced: { $why }",
  "reason-no-route": "no route",
  "reason-not-handed-over": "could not be handed over in time",
  "reason-not-handed-over-why": "could not be handed over in time ({ $why })",
};
