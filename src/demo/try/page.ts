// The page "Try it" itself: three desks that its script fills.
import { CONSOLE_LOGIN, DOMAIN } from "../scenery.ts";

/** `console`: where simpost's console is; "": not known yet. */
export const page = (console: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Try it – simpost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/try/style.css">
<script src="/try/script.js" defer></script>
</head>
<body>
<header>
<h1>Try simpost</h1>
<p>Phones, SIM cards, mailbox and chat are simulated; simpost between them is real. Nothing is sent, nothing costs money.${
  console === ""
    ? ""
    : ` What simpost sees of it: <a href="${console}">its console</a> (name <b>${CONSOLE_LOGIN.name}</b>, password <b>${CONSOLE_LOGIN.password}</b>).`
}</p>
<p id="lost" role="status"></p>
</header>
<main>
<section aria-labelledby="phone-head" class="phone">
<h2 id="phone-head">A phone</h2>
<label for="who">Whose</label>
<select id="who"></select>
<div id="screen" class="log" role="log" aria-label="Texts on this phone" tabindex="0"></div>
<form id="phone">
<label for="phone-text">Text message</label>
<textarea id="phone-text" rows="2" required></textarea>
<button>Send SMS</button>
<p id="phone-said" role="status"></p>
</form>
</section>
<section aria-labelledby="mail-head" class="mail">
<h2 id="mail-head">Ana's mailbox</h2>
<div id="mails" class="log" role="log" aria-label="Mails" tabindex="0"></div>
<form id="mail">
<label for="mail-to">To</label>
<input id="mail-to" required autocomplete="off" value="+491701234567@${DOMAIN}">
<label for="mail-subject">Subject</label>
<input id="mail-subject" autocomplete="off">
<label for="mail-text">Mail</label>
<textarea id="mail-text" rows="2"></textarea>
<button>Send mail</button>
<p id="mail-said" role="status"></p>
</form>
</section>
<section aria-labelledby="chat-head" class="chat">
<h2 id="chat-head">Ana's chat with the bot</h2>
<div id="chat" class="log" role="log" aria-label="Chat" tabindex="0"></div>
<form id="say">
<p id="answering" hidden><span></span> <button type="button" id="unanswer">Not a reply</button></p>
<label for="chat-text">Message</label>
<textarea id="chat-text" rows="2" required placeholder="/send +491701234567 Hello"></textarea>
<button>Send</button>
<p id="chat-said" role="status"></p>
</form>
</section>
</main>
</body>
</html>
`;
