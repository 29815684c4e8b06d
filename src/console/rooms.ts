// The pages that are always there, in the order of the menu: one line per room.
import { chartsRoom } from "./pages/charts.ts";
import { conversationsRoom } from "./pages/conversations.ts";
import { gatewaysRoom } from "./pages/gateways.ts";
import { messagesRoom } from "./pages/messages.ts";
import { queueRoom } from "./pages/queue.ts";
import type { Room } from "./visit.ts";

export const rooms: readonly Room[] = [conversationsRoom, queueRoom, messagesRoom, gatewaysRoom, chartsRoom];
