// English: what the bot says about codes, SIM cards, the queue, and texts that were looked for.

export const device = {
  "tg-ussd-usage": "Write it like this: /ussd *100#, or for a certain SIM: /ussd *100# office:3",
  "tg-ussd-sent": "{ $code } is dialled. The network's answer comes here.",
  "tg-ussd-answer": "The network's answer to { $code }:",
  "tg-ussd-no-answer": "The network gave no answer to { $code }.",

  "tg-ports-head": "SIM cards: gateway and port, number, state, texts today",
  "tg-ports-none": "There are no SIM cards here.",
  "tg-port-registered": "in the network",
  "tg-port-unregistered": "not in the network",
  "tg-port-no-sim": "no SIM",
  "tg-port-failing": "failing",
  "tg-port-paused": "paused",

  "tg-status-queue": "Texts: { $queued } waiting, { $sending } being sent, { $unsure } in doubt",
  "tg-status-gateway-up": "{ $gateway }: all is well",
  "tg-status-gateway-down": "{ $gateway }: not there ({ $why })",
  "tg-status-channel-down": "{ $channel }: not there",

  "tg-find-usage": "Write it like this: /find words, or /find +491701234567",
  "tg-find-none": "Nothing found for “{ $what }”.",
  "tg-find-head": `{ $count ->
      [one] One text
     *[other] { $count } texts
    } found for “{ $what }”:`,
};
