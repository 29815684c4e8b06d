// The frame: who may see which page, what protects it, what goes wrong on the way.
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { html } from "hono/html";
import { Rejected } from "../bridge/errors.ts";
import { type MessageId, speak } from "../words/index.ts";
import type { Language } from "../words/languages.ts";
import { eventStream } from "./events.ts";
import { createGate, type Guest } from "./gate.ts";
import { languageOf } from "./language.ts";
import { layout, plainLayout, troublePage } from "./layout.ts";
import type { Console, ConsoleOptions } from "./options.ts";
import { refusalText } from "./refusal.ts";
import { rooms as always } from "./rooms.ts";
import { isOwnPage, isSame, secure } from "./safety.ts";
import { assetAnswer } from "./static/index.ts";
import { timesOf } from "./times.ts";
import { type Answer, mayAs, type Page, type Room, type Route, type Said, type Visit } from "./visit.ts";

interface Env {
  readonly Bindings: { readonly peer: string };
  readonly Variables: { guest: Guest };
}
type Here = Context<Env>;

/** Largest form, bytes: a text of many parts, escaped. */
const FORM = 64 * 1024;
/** Streams of events at once; more would leave no connection for anything else. */
const STREAMS = 64;
const FORM_TYPE = "application/x-www-form-urlencoded";
const SAID = /^(?:console|panel)-said-[a-z-]+$/;

export function frame(options: ConsoleOptions): Console {
  const gate = createGate(options);
  const rooms: readonly Room[] = [...always, ...(options.rooms ?? [])];
  let streams = 0;

  const languageFor = (c: Here, own: string | null): Language =>
    languageOf(own, c.req.header("Accept-Language") ?? null, options.language());

  const visitOf = (c: Here, fields: URLSearchParams): Visit => {
    const { user, session } = c.var.guest;
    const language = languageFor(c, user.language);
    const url = new URL(c.req.url);
    return {
      viewer: { user: user.name, role: user.role },
      control: options.control(),
      words: speak(language),
      language,
      times: timesOf(language),
      now: options.clock.now(),
      url,
      param: (name) => c.req.param(name) ?? "",
      query: (name) => url.searchParams.get(name)?.trim() ?? "",
      field: (name) => fields.get(name) ?? "",
      token: session.token,
      region: options.region(),
      clock: options.clock,
      log: options.log,
    };
  };
  const show = (c: Here, visit: Visit, page: Page): Response | Promise<Response> =>
    c.html(layout(visit, rooms, page, saidOf(visit)), page.status ?? 200);
  const respond = (c: Here, visit: Visit, answer: Answer): Response | Promise<Response> => {
    if (answer instanceof Response) return answer;
    return "to" in answer ? c.redirect(withSaid(answer.to, answer.say), 303) : show(c, visit, answer);
  };

  const app = new Hono<Env>();
  app.get("/static/:name", (c) => assetAnswer(c.req.param("name")) ?? c.text("not found\n", 404));
  app.use("*", bodyLimit({ maxSize: FORM, onError: (c) => c.text("too large\n", 413) }));
  app.get("/sign-in", (c) => {
    if (gate.guest(c)) return c.redirect("/", 303);
    const language = languageFor(c, null);
    return gate.page(c, speak(language), language);
  });
  app.post("/sign-in", async (c) => {
    const language = languageFor(c, null);
    return gate.signIn(c, await formOf(c), speak(language), language, c.env.peer);
  });
  app.use("*", async (c, next) => {
    const guest = gate.guest(c);
    if (!guest) {
      const isPage = c.req.method === "GET" && c.req.path !== "/events";
      const { pathname, search } = new URL(c.req.url);
      const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
      return isPage || c.req.method === "POST"
        ? c.redirect(`/sign-in${isPage ? next : ""}`, 303)
        : c.body(null, 401);
    }
    c.set("guest", guest);
    return next();
  });

  const post = (path: string, take: (c: Here, visit: Visit) => Promise<Response> | Response) =>
    app.post(path, async (c) => {
      const fields = await formOf(c);
      const visit = visitOf(c, fields);
      const isOwn = isOwnPage(c.req.raw) && isSame(visit.field("token"), visit.token);
      return isOwn ? take(c, visit) : show(c, visit, troublePage(visit.words, "console-stale", 403));
    });
  post("/sign-out", (c) => {
    gate.signOut(c);
    return c.redirect("/sign-in", 303);
  });
  app.get("/events", (c) => {
    if (streams >= STREAMS) return c.body(null, 503, { "Retry-After": "30" });
    const { user, session } = c.var.guest;
    const over = AbortSignal.any([session.over, options.stopping]);
    streams += 1;
    const viewer = { user: user.name, role: user.role };
    return eventStream(options.control(), viewer, options.clock, over, () => {
      streams -= 1;
    });
  });
  app.get("/", (c) => c.redirect(rooms[0]?.menu.path ?? "/sign-in", 303));
  for (const room of rooms) for (const route of room.routes) add(route, route.role ?? room.role);

  function add(route: Route, role: Room["role"]): void {
    const go = async (c: Here, visit: Visit): Promise<Response> =>
      mayAs(visit.viewer.role, role)
        ? respond(c, visit, await answerOf(route, visit))
        : show(c, visit, troublePage(visit.words, "console-forbidden", 403));
    if (route.method === "GET") app.get(route.path, (c) => go(c, visitOf(c, new URLSearchParams())));
    else post(route.path, go);
  }

  app.notFound((c: Here) => {
    const visit = visitOf(c, new URLSearchParams());
    return show(c, visit, troublePage(visit.words, "console-not-found", 404));
  });
  app.onError((error, c) => {
    options.log.error("console failing", { path: c.req.path, error });
    const language = languageFor(c, null);
    const words = speak(language);
    return c.html(
      plainLayout(language, words("console-failed"), html`<p>${words("console-failed-text")}</p>`),
      500,
    );
  });
  return async (request, peer) => secure(await app.fetch(request, { peer }));
}

/** What is refused and not dealt with by the page itself is said on a page of its own. */
async function answerOf(route: Route, visit: Visit): Promise<Answer> {
  try {
    return await route.answer(visit);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const title = visit.words("console-refused");
    const body = html`<h1>${title}</h1><p>${refusalText(visit, error)}</p>`;
    return { title, status: 409, body };
  }
}

const withSaid = (to: string, say: Said | undefined): string => {
  if (say === undefined) return to;
  const [path = "", hash] = to.split("#");
  return `${path}${path.includes("?") ? "&" : "?"}said=${say}${hash === undefined ? "" : `#${hash}`}`;
};

/** What the address tells the page to say: one of our own messages, or nothing. */
function saidOf(visit: Visit): string {
  const id = visit.query("said");
  if (!SAID.test(id)) return "";
  const text = visit.words(id as MessageId);
  return text === id ? "" : text;
}

async function formOf(c: Here): Promise<URLSearchParams> {
  const isForm = c.req.header("Content-Type")?.toLowerCase().startsWith(FORM_TYPE) ?? false;
  return new URLSearchParams(isForm ? await c.req.text() : "");
}
