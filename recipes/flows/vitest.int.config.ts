import { defineConfig } from 'vitest/config';

/** Tests that start a Redis of their own, and processes. */
export default defineConfig({
  test: {
    include: ['test/**/*.int.test.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
