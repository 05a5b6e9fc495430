import { defineConfig } from 'vitest/config';
import { asNodeReadsIt } from '../../vitest.base.ts';

export default defineConfig({
  test: {
    ...asNodeReadsIt,
    isolate: false,
    // A guard against hanging, not a goal: a run takes seconds, on a busy machine some more.
    testTimeout: 240_000,
  },
});
