// English: what became of a text, and what a mail says by itself.

export const notice = {
  // The subject of a notice. $numbers: how many phones; $phone: the first one.
  "notice-subject-text": `Your text to { $numbers ->
      [one] { $phone }
     *[other] { $numbers } numbers
    } { $fate ->
      [unknown] may not have been sent
      [undelivered] was not delivered
      [unsent] was not sent
      [waiting] still waits
      [delivered] was delivered
     *[sent] was sent
    }`,
  "notice-subject-code": `Your code { $phone } { $fate ->
      [unknown] may not have been sent
      [waiting] still waits
      [delivered] was delivered
      [sent] was sent
     *[unsent] got no answer
    }`,
  "notice-subject-gone": "About your text",

  // The first line; the phones follow, one a line, each with what became of it.
  "notice-failed": `{ $numbers ->
      [one] Your text could not be delivered:
     *[other] Your text could not be delivered to these numbers:
    }`,
  "notice-delayed": "Your text has not left yet. It is still being tried, you need not send it again:",
  "notice-delivered": `{ $numbers ->
      [one] Your text was handed over:
     *[other] Your text was handed over to these numbers:
    }`,
  "notice-waiting": "waiting",
  "notice-waiting-why": "waiting ({ $why })",
  "notice-by-phone": "delivered to the phone",
  "notice-by-network": "taken by the network, which sent no delivery report",
  "notice-text": "Your text was:",

  // What of a mail never went out.
  "mail-left-out": "Not sent along: { $what }.",
  "mail-cut-quote": "the quoted mail",
  "mail-cut-signature": "the signature",
  "mail-cut-size": "the end of a very long text",
  "mail-left-mail": "a forwarded mail",

  // The subject of a mail that brings a text from a phone, or the network's answer to a code.
  "mail-subject-text": "SMS from { $phone }",
  "mail-subject-ussd": "USSD { $phone }",

  // Whose answer to a phone a mail shows, in place of the sender's name.
  "mail-answered-by": `{ $name } ({ $channel ->
      [email] mail
      [telegram] Telegram
     *[other] { $channel }
    }) to { $phone }`,
};
