import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
