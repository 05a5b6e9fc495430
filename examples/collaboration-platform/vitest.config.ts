import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt, propertySetup } from '../../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    setupFiles: propertySetup,
    isolate: false,
    // It takes long, and both processors are free when the others are done.
    maxWorkers: 2,
    // `serve` is tested in a real browser by `pnpm test:browser`.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
