import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A guard against hanging, not a goal: each recipe starts a database, some start processes.
    testTimeout: 120_000,
    // Recipes start processes of their own: more at once would only wait for each other.
    maxWorkers: 2,
  },
});
