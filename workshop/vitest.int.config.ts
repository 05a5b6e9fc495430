import { defineConfig } from 'vitest/config';

/** Storms on every exercise. */
export default defineConfig({
  test: {
    include: ['test/**/*.int.test.ts'],
    // A guard against hanging, not a goal: a storm takes some seconds, on a busy machine a minute.
    testTimeout: 600_000,
  },
});
