// What runs in the page "Try it": shows what the demo tells it, posts what is written.

export const script = `"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  let state = { phones: [], mails: [], chat: [] };
  let reply = null; // the mail that is answered
  let answering = null; // the chat message that is answered

  const make = (tag, text = "", className = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const button = (text, about, press) => {
    const element = make("button", text);
    element.type = "button";
    element.setAttribute("aria-label", text + ": " + about);
    element.addEventListener("click", press);
    return element;
  };
  const time = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

  // What was there stays as it is: only what is new or changed is put in, so that it is read out, and focus stays.
  function fill(place, items, build) {
    const list = place.querySelector("ul") ?? place.appendChild(make("ul"));
    const atEnd = place.scrollTop + place.clientHeight >= place.scrollHeight - 40;
    const seen = new Set();
    let changed = false;
    for (const item of items) {
      const key = String(item.key);
      const print = JSON.stringify(item);
      seen.add(key);
      const old = [...list.children].find((child) => child.dataset.key === key);
      if (old?.dataset.print === print) continue;
      const fresh = build(item);
      fresh.dataset.key = key;
      fresh.dataset.print = print;
      changed = true;
      if (old) old.replaceWith(fresh);
      else list.append(fresh);
    }
    for (const child of [...list.children]) if (!seen.has(child.dataset.key)) child.remove();
    if (list.children.length === 0) list.hidden = true;
    else list.hidden = false;
    if (changed && atEnd) place.scrollTop = place.scrollHeight;
  }

  function phones() {
    const who = $("who");
    const chosen = who.value || state.phones[0]?.number;
    const names = state.phones.map(({ number, name }) => (name ? name + ", " + number : number));
    if ([...who.options].map((option) => option.textContent).join() !== names.join()) {
      who.replaceChildren(...state.phones.map(({ number }, at) => new Option(names[at], number, false, number === chosen)));
    }
    const phone = state.phones.find(({ number }) => number === who.value);
    const lines = (phone?.lines ?? []).map((line, at) => ({ ...line, key: who.value + at + line.at }));
    fill($("screen"), lines, ({ own, text, sim, at }) => {
      const item = make("li", text, own ? "own" : "");
      item.append(make("small", own ? time(at) : time(at) + ", from " + sim));
      return item;
    });
  }

  function mails() {
    fill($("mails"), state.mails.map((mail) => ({ ...mail, key: mail.id })), (mail) => {
      const item = make("li", "", mail.own ? "own" : "");
      item.append(make("b", mail.subject || "(no subject)"));
      item.append(make("small", (mail.own ? "to " + mail.to : "from " + mail.from) + ", " + time(mail.at)));
      item.append(make("span", mail.text));
      if (mail.reply) {
        item.append(document.createElement("br"));
        item.append(button("Reply", mail.subject, () => {
          reply = mail.reply;
          $("mail-to").value = reply.to;
          $("mail-subject").value = reply.subject;
          $("mail-text").focus();
        }));
      }
      return item;
    });
  }

  function chat() {
    document.querySelector(".chat").hidden = state.chat === null;
    fill($("chat"), (state.chat ?? []).map((said) => ({ ...said, key: said.id })), (said) => {
      const item = make("li", "", said.own ? "own" : "");
      if (said.answers) item.append(make("span", said.answers.slice(0, 80), "quote"));
      item.append(make("span", said.text));
      if (said.reactions.length) item.append(make("small", said.reactions.join(" ")));
      const row = make("div");
      for (const label of said.buttons) row.append(button(label, said.text.slice(0, 40), () => post("/try/press", { post: said.id, button: label }, "chat-said")));
      if (!said.own) row.append(button("Reply", said.text.slice(0, 40), () => {
        answering = said.id;
        $("answering").hidden = false;
        $("answering").querySelector("span").textContent = "In reply to: " + said.text.slice(0, 60);
        $("chat-text").focus();
      }));
      item.append(row);
      return item;
    });
  }

  const show = () => {
    phones();
    mails();
    chat();
  };

  async function post(path, body, status) {
    try {
      const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      $(status).textContent = await answer.text();
      return answer.ok;
    } catch {
      $(status).textContent = "The demo is not there any more.";
      return false;
    }
  }

  $("who").addEventListener("change", show);
  $("phone").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await post("/try/text", { number: $("who").value, text: $("phone-text").value }, "phone-said")) $("phone-text").value = "";
  });
  $("mail").addEventListener("submit", async (event) => {
    event.preventDefault();
    const thread = reply && reply.to === $("mail-to").value ? { inReplyTo: reply.inReplyTo, references: reply.references } : {};
    const mail = { to: $("mail-to").value.trim(), subject: $("mail-subject").value, text: $("mail-text").value, ...thread };
    if (!(await post("/try/mail", mail, "mail-said"))) return;
    reply = null;
    $("mail-text").value = "";
    $("mail-subject").value = "";
  });
  const unanswer = () => {
    answering = null;
    $("answering").hidden = true;
  };
  $("unanswer").addEventListener("click", unanswer);
  $("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { text: $("chat-text").value, ...(answering === null ? {} : { replyTo: answering }) };
    if (!(await post("/try/chat", body, "chat-said"))) return;
    unanswer();
    $("chat-text").value = "";
  });
  for (const field of document.querySelectorAll("textarea")) {
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        field.form.requestSubmit();
      }
    });
  }

  const stream = new EventSource("/try/events");
  stream.onmessage = ({ data }) => {
    state = JSON.parse(data);
    show();
    $("lost").textContent = "";
    document.documentElement.dataset.live = "on";
  };
  stream.onerror = () => {
    $("lost").textContent = "The demo is gone: start it again, and reload this page.";
  };
})();
`;
