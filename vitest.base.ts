import { join } from 'node:path';

/**
 * How tests are run in nearly every package (docs/decisions/0170). What is tested is TypeScript that Node reads as it is: Vite, which
 * would translate each file anew for each package, has nothing to do.
 */
export const asNodeReadsIt = {
  experimental: { viteModuleRunner: false, nodeLoader: false },
  // Processes of tests, and programs that they start, find what an earlier one has compiled.
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
  // Half a storm is young at any time: with the usual 16 MB it would be collected again and again. And while each processor
  // has a test to run, more threads that collect are in each other's way.
  execArgv: ['--max-semi-space-size=64', '--single-threaded-gc'],
};

/** Where properties are tested: the cases that are drawn are the same in each run. */
export const propertySetup = [join(import.meta.dirname, 'vitest.properties.ts')];
