// How the tests of installing run (npm run test:install): one after the other, for they install into the same machine.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/install/**/*.test.ts"],
    globalSetup: ["test/install/built.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    pool: "forks",
  },
});
