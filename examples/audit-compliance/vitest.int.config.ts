import { defineConfig } from 'vitest/config';

/** Tests that need a PostgreSQL server: `DATABASE_URL`, or one on the standard loopback port. */
export default defineConfig({
  test: {
    include: ['test/**/*.int.test.ts'],
    // A guard against hanging, not a goal: a storm in real time, and whatever it leaves to be done.
    testTimeout: 420_000,
  },
});
