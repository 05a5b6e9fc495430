import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // The page is tested in a real browser by `pnpm test:browser`, servers by `pnpm test:int`.
    exclude: [...configDefaults.exclude, 'test/browser/**', '**/*.int.test.ts'],
    // A guard against hanging, not a goal.
    testTimeout: 60_000,
  },
});
