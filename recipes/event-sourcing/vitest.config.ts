import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What needs a database, embedded or a server, is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
    // A guard against hanging, not a goal: each recipe starts a database, some start processes.
    testTimeout: 120_000,
  },
});
