import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['**/*.browser.test.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
