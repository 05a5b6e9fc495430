import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What needs a server is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
