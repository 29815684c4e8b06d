// English: what the bot says about people, texts and conversations.

export const chat = {
  // Who may
  "tg-stranger":
    "Hello! I only work for people I know. To become one of them, give whoever runs me your Telegram id: { $id }",
  "tg-welcome":
    "Hello { $name }! Write /send NUMBER text, or just reply to a text that I bring you. /help shows the rest.",
  "tg-joined": "Done: this Telegram account belongs to { $user } now. /help shows what you can do here.",
  "tg-invite-bad": "This invitation is too old, or was used before. Please ask for a new one.",
  "tg-group-only-users":
    "I only send for people I know, so this was not sent. Write to me privately, and I tell you what to do.",
  "tg-topic-failed":
    "I may not make topics here. Please make me an admin of this group who may manage topics.",
  "tg-help": `
    /send NUMBER text: sends a text. You can also send me a contact.
    /ussd *100#: dials a code; an answer to the network's menu is a reply to it.
    /find WORDS or NUMBER: looks for texts.
    /ports: the SIM cards.
    /status: how things are.
    /help: this list.

    To answer a text, reply to it. In a group with topics, what you write in a phone's topic goes to that phone.
    `,

  // Short: they stand beside the commands.
  "tg-command-send": "Send a text: NUMBER text",
  "tg-command-ussd": "Dial a code: *100#",
  "tg-command-ports": "The SIM cards",
  "tg-command-status": "How things are",
  "tg-command-find": "Look for a text or number",
  "tg-command-help": "What I can do",

  "tg-joined-other":
    "This Telegram account belongs to { $user } already, and stays so. Whoever runs me can change that.",
  "tg-group-id":
    "I don't work in this group yet. To change that, give whoever runs me the group's id: { $id }",

  // Writing
  "tg-send-usage": "Write it like this: /send +491701234567 See you at eight",
  "tg-send-ask-text": "What shall I send to { $phone }?",
  "tg-contact-offer": "Do you want to write to { $name } ({ $phone })?",
  "tg-text-only": "An SMS carries text only, so this was not sent.",
  "tg-caption-offer": `
    An SMS carries text only. Shall I send the caption?

    { $text }
    `,
  "tg-number-unclear":
    "Where does the number end: { $first } or { $second }? Nothing was sent. Write the number without spaces, and the text on a line of its own.",
  "tg-unknown-command": "I don't know this command, so nothing was sent. /help shows what I can do.",
  "tg-no-phone-here":
    "Which phone do you mean? Reply to a text of its conversation, or write /send NUMBER text.",
  "tg-not-in-thread":
    "This belongs to no conversation with a phone, so it was not sent. Write /send NUMBER text to begin one.",
  "tg-reply-odd": "{ $phone } is a name, not a number: it can't be answered.",
  "tg-long": `This text takes { $parts ->
      [one] one part
     *[other] { $parts } parts
    }, and each costs as much as an SMS{ $encoding ->
      [ucs2] ; emoji or special characters in it make the parts short (70 characters instead of 160)
     *[gsm7] { "" }
    }. Send it all, or shorten it to { $limit ->
      [one] one part
     *[other] { $limit } parts
    }?`,
  "tg-shortened": `Shortened to { $parts ->
      [one] one part
     *[other] { $parts } parts
    }.`,

  // What became of it
  "tg-store-later":
    "I can't store this just now, so it was not sent yet. I keep trying, you need not write it again.",
  "tg-wrote": "{ $name } wrote:",
  "tg-forgotten": "I don't know this text any more.",
  "tg-accepted": `On its way to { $phone }{ $parts ->
      [0] { "" }
      [1] { "" }
     *[other] , in { $parts } parts
    }.`,
  "tg-failed": "Your text to { $phone } failed: { $why }",
  "tg-unknown": "It can't be found out whether your text to { $phone } was sent. It was not sent again.",
  "tg-delayed": "Your text to { $phone } still waits. I keep trying, you need not send it again.",
  "tg-waiting": "Not sent yet: I am waiting for a free SIM card.",
  "tg-delivered": "Delivered to { $phone }.",
  "tg-retried": "I'm trying it again.",
  "tg-no-other-sim": "There is no other SIM that could send this.",
  "tg-cancelled": "Cancelled: it was not sent.",
  "tg-cancel-late": "Too late: it is on its way already.",
  "tg-cancel-usage": "Reply with /cancel to the text that shall not be sent.",
  "tg-edited": "Changed: the new text will be sent.",
  "tg-edit-late": "Too late to change it: the text went out as it was.",
  "tg-button-retry": "Try again",
  "tg-button-other-sim": "Other SIM",
  "tg-button-cancel": "Cancel",
  "tg-button-send": "Send",
  "tg-button-shorten": "Shorten",
  "tg-button-write": "Write",

  // Conversations
  "tg-from": "{ $name } ({ $phone }) to { $sim }",
  "tg-from-name": "{ $name } ({ $phone })",
  "tg-from-number": "{ $phone } to { $sim }",
  "tg-empty": "(an empty text)",
  "tg-answered-by": `{ $name } answered by { $channel ->
      [email] mail
      [telegram] Telegram
     *[other] { $channel }
    }.`,
  "tg-topic-named": "This conversation is called { $name } now.",
  "tg-closed-muted": "Closed: it is quiet here until the phone writes again.",
  "tg-reopened": "The phone has written again, so this is open again.",
};
