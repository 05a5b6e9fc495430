import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt, propertySetup } from '../../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    setupFiles: propertySetup,
    isolate: false,
    // It takes long, and both processors are free when the others are done.
    maxWorkers: 2,
    // What needs a server is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
