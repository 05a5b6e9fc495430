import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt } from '../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    isolate: false,
    // What starts every program is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts', 'test/browser/**'],
    // A guard against hanging, not a goal.
    testTimeout: 60_000,
  },
});
