// What runs in the browser: keeps pages live and counts parts. Everything works without it, only not by itself.

/** No dependencies, no inline code: served as one file. */
export const script = `"use strict";
(() => {
  const PAUSE = 800; // between two looks, milliseconds
  const all = (selector) => [...document.querySelectorAll(selector)];
  const atBottom = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
  const toBottom = () => scrollTo(0, document.documentElement.scrollHeight);

  // Puts what is new into what is shown; what stayed the same stays untouched, with its focus and what is open or typed in it.
  function merge(shown, fresh) {
    const old = new Map([...shown.children].filter((child) => child.id).map((child) => [child.id, child]));
    const items = [...fresh.children];
    if (items.length === 0 || items.some((item) => !item.id)) {
      if (plain(shown.innerHTML) !== plain(fresh.innerHTML) && !writingIn(shown)) shown.innerHTML = fresh.innerHTML;
      return;
    }
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, child] of old) if (!wanted.has(id)) child.remove();
    let at = shown.firstElementChild;
    for (const item of items) {
      let child = old.get(item.id);
      if (child && plain(child.outerHTML) !== plain(item.outerHTML) && !writingIn(child)) {
        const focused = child.contains(document.activeElement);
        const next = document.importNode(item, true);
        if (child === at) at = at.nextElementSibling;
        child.replaceWith(next);
        if (focused) (next.querySelector("button, a") ?? next).focus?.();
        child = next;
        shown.insertBefore(child, at);
      } else if (!child) {
        shown.insertBefore(document.importNode(item, true), at);
      } else if (child === at) {
        at = at.nextElementSibling;
      } else {
        shown.insertBefore(child, at);
      }
    }
  }
  // Keys against sending twice differ on every page; whether details are open is the reader's choice.
  const plain = (markup) =>
    markup.replace(/<input type="hidden" name="key"[^>]*>/g, "").replace(/<details([^>]*?) open(="")?/g, "<details$1");
  // Somebody is choosing or writing there: that is not taken away.
  const writingIn = (element) => {
    const { activeElement: focused } = document;
    return element.contains(focused) && /^(SELECT|INPUT|TEXTAREA)$/.test(focused.tagName);
  };

  let looking = false;
  let again = false;
  async function look() {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    const follow = document.querySelector("[data-bottom]") !== null && atBottom();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) return location.reload();
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of all("[data-live]")) {
          const next = fresh.getElementById(part.id);
          if (next) merge(part, next);
        }
        document.dispatchEvent(new Event("refreshed"));
        if (follow) toBottom();
      }
    } catch {
      // The stream's own error says it.
    }
    setTimeout(() => {
      looking = false;
      if (again) look();
    }, PAUSE);
  }

  const concerns = (part, { kinds, threads }) =>
    part.dataset.live.split(" ").some((kind) => kinds.includes(kind)) &&
    (!part.dataset.thread || threads === null || threads.includes(Number(part.dataset.thread)));

  let stream = null;
  function listen() {
    if (stream || document.hidden || !document.querySelector("[data-live]")) return;
    stream = new EventSource("/events");
    const note = document.getElementById("lost");
    stream.onopen = () => {
      note.textContent = "";
      // What happened between the page and its stream, or while the stream was lost. A page that refuses a form stands under
      // the form's address, where there is nothing to be fetched.
      if (!document.querySelector("[role=alert]")) look();
      document.documentElement.dataset.live = "on";
    };
    stream.onerror = () => {
      note.textContent = note.dataset.text;
      delete document.documentElement.dataset.live;
    };
    stream.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      if (all("[data-live]").some((part) => concerns(part, news))) look();
      document.dispatchEvent(new CustomEvent("happened", { detail: news }));
    };
  }
  // A browser has few connections to one place: only pages that are seen hold one.
  addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      listen();
      look();
    }
  });
  addEventListener("pagehide", () => stream?.close());

  for (const field of all("textarea[data-count]")) {
    const shown = document.getElementById(field.dataset.count);
    let waiting;
    const count = async () => {
      const body = new URLSearchParams({ text: field.value, token: field.form.elements.token.value });
      const answer = await fetch("/parts", { method: "POST", body });
      if (answer.ok) shown.textContent = await answer.text();
    };
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => count().catch(() => {}), 200);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
    });
  }

  if (new URL(location.href).searchParams.has("said")) {
    const clean = new URL(location.href);
    clean.searchParams.delete("said");
    history.replaceState(null, "", clean);
  }
  if (document.querySelector("[data-bottom]") && !location.hash) toBottom();
  listen();
})();
`;
