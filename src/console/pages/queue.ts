// The page of queue.
import { html } from "../pieces.ts";
import type { Room } from "../visit.ts";

export const queueRoom: Room = {
  menu: { path: "/queue", title: "console-menu-queue" },
  role: "user",
  routes: [
    {
      method: "GET",
      path: "/queue",
      answer: ({ words }) => ({
        title: words("console-menu-queue"),
        body: html`<h1>${words("console-menu-queue")}</h1>`,
      }),
    },
  ],
};
