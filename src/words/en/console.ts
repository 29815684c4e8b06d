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
};
