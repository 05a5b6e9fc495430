import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What needs a server is run by `pnpm test:int`.
    exclude: [...configDefaults.exclude, '**/*.int.test.ts'],
    // Programs that tests start find what an earlier one has compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
