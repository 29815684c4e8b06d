// What can be done with a message: send it again, from another SIM, take it back.
import { Rejected } from "../../bridge/errors.ts";
import { ownPath } from "../gate.ts";
import { html, problem } from "../pieces.ts";
import { refusalText } from "../refusal.ts";
import type { Answer, Route, Said, Visit } from "../visit.ts";
import { laneOf } from "./compose.ts";

const ID = ":id{[a-z0-9]{1,64}}";

export const actions: readonly Route[] = [
  {
    method: "POST",
    path: `/messages/${ID}/cancel`,
    answer: (visit) =>
      act(visit, async () =>
        (await visit.control.cancel(visit.viewer, visit.param("id")))
          ? "console-said-cancelled"
          : "console-said-too-late",
      ),
  },
  {
    method: "POST",
    path: `/messages/${ID}/again`,
    answer: (visit) =>
      act(visit, async () => {
        const lane = laneOf(visit.field("sim"));
        const key = visit.field("key").slice(0, 100);
        const sent = await visit.control.again(visit.viewer, visit.param("id"), lane, key);
        return sent ? "console-said-again" : "console-said-nothing-failed";
      }),
  },
  {
    method: "POST",
    path: `/messages/${ID}/reroute`,
    answer: (visit) =>
      act(visit, async () => {
        const lane = laneOf(visit.field("sim"));
        if (!lane) return "console-said-no-sim";
        const sent = await visit.control.reroute(visit.viewer, visit.param("id"), lane);
        return sent ? "console-said-rerouted" : "console-said-too-late";
      }),
  },
];

/** Back to where the button was, with what became of it; a refusal is a page of its own. */
async function act(visit: Visit, work: () => Promise<Said>): Promise<Answer> {
  const back = ownPath(visit.field("back") || `/messages/${visit.param("id")}`);
  try {
    return { to: back, say: await work() };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const { words } = visit;
    const found = await visit.control.story(visit.viewer, visit.param("id"));
    const job = found?.jobs[0];
    const sim = visit.field("sim");
    const asked = {
      ...(job ? { to: job.thread.phone, text: job.message.text } : {}),
      ...(sim === "" ? {} : { sim }),
    };
    const title = words("console-refused");
    return {
      title,
      status: 409,
      body: html`<h1>${title}</h1>${problem(refusalText(visit, error, asked))}<p><a href="${back}">${words("console-back")}</a></p>`,
    };
  }
}
