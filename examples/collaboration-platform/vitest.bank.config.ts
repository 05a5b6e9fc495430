import { defineConfig } from 'vitest/config';

/** The whole bank of planted bugs: each is found by its rules. */
export default defineConfig({
  test: {
    include: ['test/**/*.bank.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 240_000,
  },
});
