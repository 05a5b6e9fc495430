import { defineConfig } from 'vitest/config';

/**
 * Tests that need a PostgreSQL server (`DATABASE_URL`, or one on the standard loopback port), or the
 * program `redis-server`, which they start themselves.
 */
export default defineConfig({
  test: {
    include: ['src/**/*.int.test.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
