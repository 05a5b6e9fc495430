import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt, propertySetup } from '../../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    setupFiles: propertySetup,
    isolate: false,
    // What needs a database, embedded or a server, is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
    // A guard against hanging, not a goal: each recipe starts a database, some start processes.
    testTimeout: 120_000,
  },
});
