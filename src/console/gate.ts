// Signing in and out: name and password against a session, known by a cookie.
import { createHmac, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { addressOf } from "../peer.ts";
import type { Words } from "../words/index.ts";
import type { Language } from "../words/languages.ts";
import { createGuesses } from "./guesses.ts";
import { plainLayout } from "./layout.ts";
import type { ConsoleOptions, ConsoleUser } from "./options.ts";
import { field, hidden, html, problem } from "./pieces.ts";
import { isHttps, isOwnPage, isSame } from "./safety.ts";
import { createSessions, type Session, unguessable } from "./sessions.ts";

/** Password checks at once, and waiting for their turn: each takes 19 MiB and a core. */
const CHECKS = { atOnce: 2, waiting: 50 } as const;
/** What is longer is no password of anybody. */
const LONGEST = 1_024;

export interface Guest {
  readonly user: ConsoleUser;
  readonly session: Session;
}

export interface Gate {
  /** Who sends this request; null: nobody who is signed in. Renews the cookie where that is due. */
  guest(c: Context): Guest | null;
  page(c: Context, words: Words, language: Language): Response | Promise<Response>;
  signIn(
    c: Context,
    form: URLSearchParams,
    words: Words,
    language: Language,
    peer: string,
  ): Promise<Response>;
  /** Ends the session, if there is one. */
  signOut(c: Context): void;
}

/** Browsers take a name with `__Host-` only over https, from this very host (RFC 6265bis, 4.1.3.2). */
const cookieName = (request: Request, name: string): string =>
  isHttps(request) ? `__Host-simpost-${name}` : `simpost-${name}`;

const cookie = (request: Request) =>
  ({ path: "/", httpOnly: true, sameSite: "Lax", secure: isHttps(request) }) as const;

export function createGate({ users, verify, clock, log }: ConsoleOptions): Gate {
  const sessions = createSessions(clock);
  const guesses = createGuesses(clock);
  const checks = createQueue();
  /** Signs the tokens of sign-in forms, which have no session yet. */
  const key = randomBytes(32);
  const tokenOf = (visitor: string): string => createHmac("sha256", key).update(visitor).digest("base64url");

  const everybody = (): readonly ConsoleUser[] => [...users().values()];
  const named = (name: string): ConsoleUser | undefined =>
    users().get(name) ??
    everybody().find(({ addresses }) =>
      addresses.some((address) => address.toLowerCase() === name.toLowerCase()),
    );

  const show = (
    c: Context,
    words: Words,
    language: Language,
    status: 200 | 403 | 422 | 429 | 503 = 200,
    trouble = "",
  ): Response | Promise<Response> => {
    const name = cookieName(c.req.raw, "visitor");
    const visitor = getCookie(c, name) || unguessable();
    setCookie(c, name, visitor, cookie(c.req.raw));
    const next = ownPath(c.req.query("next") ?? "");
    const some = everybody().some(({ password }) => password !== null);
    const content = some
      ? html`<form method="post" action="/sign-in${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}" class="sign-in">
${hidden("token", tokenOf(visitor))}
${field("name", words("console-sign-in-name"), html`<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required>`, words("console-sign-in-name-hint"))}
${field("password", words("console-sign-in-password"), html`<input id="password" name="password" type="password" autocomplete="current-password" required>`)}
<button class="main">${words("console-sign-in")}</button>
</form>`
      : html`<p>${words("console-sign-in-none")}</p><p>${words("console-sign-in-none-how")}</p><pre tabindex="0">users:
  ana:
    password: "$argon2id$…"   # simpost hash
    role: admin</pre>`;
    const alarm = trouble === "" ? "" : problem(trouble);
    return c.html(plainLayout(language, words("console-sign-in"), html`${alarm}${content}`), status);
  };

  return {
    guest(c) {
      const name = cookieName(c.req.raw, "session");
      const id = getCookie(c, name);
      const session = id === undefined ? null : sessions.find(id);
      if (id === undefined || !session) return null;
      const user = users().get(session.user);
      if (!user || user.password !== session.password) {
        sessions.end(id);
        return null;
      }
      const next = sessions.renew(id);
      if (next !== null) setCookie(c, name, next, cookie(c.req.raw));
      return { user, session };
    },
    page: (c, words, language) => show(c, words, language),
    async signIn(c, form, words, language, peer) {
      const visitor = getCookie(c, cookieName(c.req.raw, "visitor")) ?? "";
      const isOwn =
        isOwnPage(c.req.raw) && visitor !== "" && isSame(form.get("token") ?? "", tokenOf(visitor));
      if (!isOwn) return show(c, words, language, 403, words("console-sign-in-again"));
      const written = (form.get("name") ?? "").trim();
      const password = form.get("password") ?? "";
      const user = named(written);
      const address = addressOf(c.req.raw.headers, peer);
      const who = (user?.name ?? written).slice(0, LONGEST);
      const wait = guesses.begin(address, who);
      if (wait > 0) {
        const seconds = Math.ceil(wait / 1_000);
        c.header("Retry-After", String(seconds));
        return show(c, words, language, 429, words("console-sign-in-wait", { seconds }));
      }
      // Somebody whom we don't know takes as long as somebody whom we do.
      const hash = user?.password ?? everybody().find((one) => one.password !== null)?.password ?? null;
      const right =
        hash === null || password.length > LONGEST ? false : await checks(() => verify(hash, password));
      if (right === null) return show(c, words, language, 503, words("console-sign-in-busy"));
      if (!right || !user || user.password === null) {
        log.warn("sign-in refused", { from: address, user: user?.name });
        return show(c, words, language, 422, words("console-sign-in-wrong"));
      }
      guesses.right(address, who);
      // Always another id: one that somebody else may have put there is worth nothing.
      const name = cookieName(c.req.raw, "session");
      sessions.end(getCookie(c, name) ?? "");
      setCookie(c, name, sessions.begin(user.name, user.password), cookie(c.req.raw));
      deleteCookie(c, cookieName(c.req.raw, "visitor"), cookie(c.req.raw));
      log.info("signed in", { from: address, user: user.name });
      return c.redirect(ownPath(c.req.query("next") ?? ""), 303);
    },
    signOut(c) {
      const name = cookieName(c.req.raw, "session");
      sessions.end(getCookie(c, name) ?? "");
      deleteCookie(c, name, cookie(c.req.raw));
    },
  };
}

/** Where to go after signing in: a path here, or "/" for anything else. */
export function ownPath(next: string): string {
  const base = "http://here.invalid";
  if (!next.startsWith("/") || !URL.canParse(next, base)) return "/";
  const { origin, pathname, search } = new URL(next, base);
  // A path that begins with two slashes names another host (RFC 3986, 4.2).
  return origin === base && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}

/** Runs a few checks at once, the others in turn; null when too many wait. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T | null> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= CHECKS.atOnce) {
      if (waiting.length >= CHECKS.waiting) return null;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
