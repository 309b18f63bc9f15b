import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{contract,server,simulator,test}/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    globalSetup: ["test/support/database.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
