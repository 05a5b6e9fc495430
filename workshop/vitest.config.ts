import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt } from '../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    isolate: false,
    // Storms on every exercise are run by `pnpm test:int`, the pages by `pnpm test:browser`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts', 'test/browser/**'],
    // A guard against hanging, not a goal.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
