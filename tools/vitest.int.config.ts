import { defineConfig } from 'vitest/config';

/** Tests that start every program of the repository. */
export default defineConfig({
  test: {
    include: ['src/**/*.int.test.ts'],
    // A guard against hanging, not a goal: a program starts within a second, on a busy machine in some.
    testTimeout: 120_000,
  },
});
