import { defineConfig } from 'vitest/config';

/** Tests that need a database: an embedded one, or PostgreSQL (`DATABASE_URL`, or the standard port). */
export default defineConfig({
  test: {
    include: ['test/**/*.int.test.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
