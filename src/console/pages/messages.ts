// The page of messages.
import { html } from "../pieces.ts";
import type { Room } from "../visit.ts";

export const messagesRoom: Room = {
  menu: { path: "/messages", title: "console-menu-messages" },
  role: "user",
  routes: [
    {
      method: "GET",
      path: "/messages",
      answer: ({ words }) => ({
        title: words("console-menu-messages"),
        body: html`<h1>${words("console-menu-messages")}</h1>`,
      }),
    },
  ],
};
