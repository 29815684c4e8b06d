// The page of conversations.
import { html } from "../pieces.ts";
import type { Room } from "../visit.ts";

export const conversationsRoom: Room = {
  menu: { path: "/conversations", title: "console-menu-conversations" },
  role: "user",
  routes: [
    {
      method: "GET",
      path: "/conversations",
      answer: ({ words }) => ({
        title: words("console-menu-conversations"),
        body: html`<h1>${words("console-menu-conversations")}</h1>`,
      }),
    },
  ],
};
