// How the tests run: real sockets and real files, so a few workers and room in time on small machines.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // npm run test:install: they take minutes, and install things.
    exclude: ["test/install/**"],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
  },
});
