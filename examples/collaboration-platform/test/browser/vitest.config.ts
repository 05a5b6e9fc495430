import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['**/*.browser.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Of a page that shares its machine; a guard, not a goal.
    expect: { poll: { timeout: 30_000 } },
  },
});
