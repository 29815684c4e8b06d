// English: why a text was not taken at all (the codes of `Rejected`), for chats. SMTP has its own answers.

export const rejected = {
  "rejected-not-you": "You may not send texts here.",
  "rejected-not-allowed": "You may not send to { $phone }.",
  "rejected-no-begin": "You may answer { $phone }, but not write first.",
  "rejected-over-quota":
    "You have sent all the texts that you may send in a day. You can send more from { $when }.",
  "rejected-not-a-number": "“{ $what }” is not a phone number. Write it like +491701234567.",
  "rejected-no-such-sim": "There is no SIM “{ $sim }” for you here.",
  "rejected-no-sim": "No SIM here may send your texts.",
  "rejected-no-ussd": "No SIM here can dial codes for you.",
  "rejected-nothing-to-send": "There is no text to send.",
  "rejected-too-long": `The text is too long: it takes { $parts ->
      [one] one part
     *[other] { $parts } parts
    }, and at most { $max ->
      [one] one is
     *[other] { $max } are
    } sent.`,
  "rejected-too-long-plain": "The text is too long for the gateway.",
  "rejected-store": "This could not be stored just now, so it was not sent. Please try again in a moment.",
  "rejected-busy": "I'm too busy just now, so it was not sent. Please try again in a moment.",
  "rejected-automatic": "Automatic messages are not sent as texts.",
  "rejected-edit": "This can't be changed: the text stays as it was.",
};
