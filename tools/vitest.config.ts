import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What starts every program is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts', 'test/browser/**'],
    // A guard against hanging, not a goal.
    testTimeout: 60_000,
  },
});
