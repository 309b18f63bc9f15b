import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{contract,server,simulator,test}/**/*.test.ts"],
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    globalSetup: ["test/support/database.ts"],
    // Waiting for a condition takes as long as the machine needs: one second is short where a password is hashed beside others.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
