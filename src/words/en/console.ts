// English: the console's frame, conversations, queue and messages.

export const console = {
  "console-skip": "Skip to the content",
  "console-menu": "Pages",
  "console-menu-conversations": "Conversations",
  "console-menu-queue": "Queue",
  "console-menu-messages": "Messages",
  "console-signed-in-as": "Signed in as { $name }",
  "console-times": "Times: { $zone }",
  "console-live-lost": "The connection is gone: this page does not refresh itself just now.",
  "console-sign-out": "Sign out",

  "console-sign-in": "Sign in",
  "console-sign-in-name": "Name",
  "console-sign-in-name-hint": "Your name in simpost, or one of your mail addresses.",
  "console-sign-in-password": "Password",
  "console-sign-in-wrong": "Name or password is wrong.",
  "console-sign-in-wait": `Too many tries. Please wait { $seconds ->
      [one] one second
     *[other] { $seconds } seconds
    }.`,
  "console-sign-in-busy": "Too many people are signing in just now. Please try again in a moment.",
  "console-sign-in-again": "This page was too old. Please sign in once more.",
  "console-sign-in-none": "Nobody can sign in yet: no user in the config has a password.",
  "console-sign-in-none-how":
    "Run `simpost hash`, type a password, and put the line that it prints into the config; then reload simpost:",

  "console-not-found": "Not here",
  "console-not-found-text": "There is no such page, or it is not for you.",
  "console-forbidden": "Not for you",
  "console-forbidden-text": "Your role does not allow this.",
  "console-stale": "Not done",
  "console-stale-text":
    "This form was too old, or it did not come from this page. Go back, reload, and try again.",
  "console-failed": "Something broke",
  "console-failed-text":
    "This page could not be made just now. The log says more. Please try again in a moment.",
  "console-refused": "Not sent",
  "console-refused-not-allowed": "Your rights do not allow this.",

  "console-state-queued": "waiting",
  "console-state-sending": "being sent",
  "console-state-accepted": "at the gateway",
  "console-state-sent": "sent",
  "console-state-delivered": "delivered",
  "console-state-unsure": "in doubt",
  "console-state-failed": "failed",

  "console-new": "New text",
  "console-newest": "Back to the newest",
  "console-older": "Older ones",
  "console-back": "Back",
  "console-no-conversations": "There are no conversations here yet.",
  "console-conversation": "Conversation with { $name }",
  "console-log": "What was said",
  "console-came-in": "came in",
  "console-written-by": "by { $name }",
  "console-sim": "SIM: { $sim }",
  "console-all-messages": "All messages of this number",
  "console-story": "Details",
  "console-copies": "also to { $names }",
  "console-went-to": "to { $names }",
  "console-copy-failed": "{ $name } (not reached)",

  "console-text": "Text",
  "console-to": "To",
  "console-to-hint":
    "A number like +491701234567, a short code, or a code like *100#. Several with commas between them.",
  "console-from-sim": "From SIM",
  "console-any-sim": "Any SIM",
  "console-choose-sim": "Choose a SIM",
  "console-send": "Send",
  "console-parts": `{ $units ->
      [one] One character
     *[other] { $units } characters
    }, { $parts ->
      [one] one part
     *[other] { $parts } parts
    }`,
  "console-parts-special": `{ $units ->
      [one] One character
     *[other] { $units } characters
    }, { $parts ->
      [one] one part
     *[other] { $parts } parts
    }: with letters that a plain text does not have, a part holds less`,
  "console-parts-over": `Too long: { $parts } parts, and at most { $max ->
      [one] one is
     *[other] { $max } are
    } sent`,

  "console-said-sent": "Sent on its way.",
  "console-said-shortened": "It was too long: it was shortened and sent on its way.",
  "console-said-again": "Sent on its way once more.",
  "console-said-cancelled": "Taken back: it is not sent.",
  "console-said-rerouted": "It goes from the other SIM now.",
  "console-said-too-late": "Too late: it had left already.",
  "console-said-nothing-failed": "There is nothing to send again.",
  "console-said-no-sim": "Please choose a SIM first.",

  "console-naming": "Name this phone",
  "console-naming-name": "What you all call it",
  "console-naming-save": "Save",
  "console-said-named": "Saved.",

  "console-again": "Send again",
  "console-cancel": "Take back",
  "console-reroute": "Other SIM",
  "console-sim-for": "SIM for { $name }",
  "console-waiting": "What waits",
  "console-waiting-none": "Nothing waits.",
  "console-waiting-most": "There is more: these are the first { $count }.",
  "console-failed-lately": "What failed lately",
  "console-failed-none": "Nothing failed.",
  "console-paused": "Paused, nothing is sent there: { $sims }.",
  "console-to-gateways": "To the gateways",
  "console-attempts": `{ $count ->
      [one] one try
     *[other] { $count } tries
    }`,
  "console-next": "next try:",
  "console-why-paused": "its SIM or gateway is paused",
  "console-why-behind": "an earlier text to the same phone is before it",
  "console-why-down": "no gateway that may send it is there",
  "console-why-retry": "tried before, will be tried again",
  "console-why-turn": "others are before it",
  "console-why-reader": "came in, and { $name } has not been reached yet",
  "console-why-asked": "nobody knows yet whether it left: the gateway is being asked",

  "console-number": "Phone",
  "console-words": "In the text",
  "console-state": "State",
  "console-way": "Way",
  "console-way-in": "from phones",
  "console-way-out": "to phones",
  "console-gateway": "Gateway",
  "console-since": "From",
  "console-until": "Until",
  "console-any": "all",
  "console-search": "Search",
  "console-clear": "Clear",
  "console-export": "As a table (CSV)",
  "console-none-found": "Nothing found.",
  "console-search-depth": "Texts are searched in the newest { $count } deliveries.",
  "console-from": "From",
  "console-towards": "To",

  "console-story-in": "Text from",
  "console-story-out": "Text to",
  "console-to-conversation": "To the conversation",
  "console-writer": "Written by",
  "console-simpost": "simpost itself",
  "console-taken": "Taken in",
  "console-id": "Message",
  "console-nobody": "nobody: no route took it",
  "console-really-sent": "What was really sent:",
  "console-part-count": `{ $parts ->
      [one] one part
     *[other] { $parts } parts
    }`,
  "console-number-of": "no. { $id }",
  "console-steps": "Step by step",
  "console-which-sim": "SIM",
};
