// Compiles the program once after an install, into NODE_COMPILE_CACHE: with that it starts in two thirds of the time and takes 30 MB less, because
// Node need not load what takes the types out of the sources. Without it everything works the same. npm runs it as `prepare` of tools/node, which no
// published package has.
await Promise.all([
  import("../src/main.ts"),
  import("../src/main/setup.ts"),
  import("../src/daemon/run.ts"),
  import("../src/demo/main.ts"),
  import("../src/stores/sqlite/worker.ts"),
]);
