// Case: how much memory the daemon takes with nothing, and with very many texts queued while its gateway is away.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost, type Case, progress } from "./case.ts";
import { ours, output, sleep } from "./processes.ts";
import { startRig } from "./rig.ts";

const QUEUED = 1_000_000;
const MAILS = 200;
const SETTLE = 5_000;

export const memory: Case = async function* ({ quick, ...daemon }) {
  for (const queued of [0, quick ? QUEUED / 20 : QUEUED]) {
    const folder = mkdtempSync(join(tmpdir(), "simpost-bench-"));
    const store = join(folder, "simpost.db");
    try {
      progress(`memory: ${queued} texts queued`);
      if (queued > 0) await output([ours("bench/fill.ts"), store, String(queued)]);
      const rig = await startRig({ daemon, store, unplugged: true });
      try {
        await sleep(SETTLE);
        const started = rig.memory();
        await rig.load({ sessions: 10, mails: MAILS, reuse: true, first: 0 });
        await sleep(SETTLE / 5);
        const used = rig.memory();
        yield {
          case: "memory",
          figures: {
            queued,
            rssMiB: started.rss,
            anonymousMiB: started.anonymous,
            rssAfterMailsMiB: used.rss,
            inStore: (await rig.depth()).queued,
          },
          targets: [atMost(`memory with ${queued} queued`, started.rss, 150, "MiB resident")],
        };
      } finally {
        await rig.stop();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
};
