import { configDefaults, defineConfig } from 'vitest/config';
import { asNodeReadsIt, propertySetup } from '../../vitest.base.ts';

/** Rooms whose tests leave nothing behind: they share a process, which saves half of their CPU time. */
const shared = [
  'capacity',
  'capacity-cli',
  'cli',
  'command-line',
  'event-store',
  'flows',
  'page',
  'report',
  'resilience',
  'scenario',
  'services',
  'simulation',
  'swarm',
  'swarm-cli',
  'trace-file',
  'view-cli',
  'workload',
  'workshop',
].map((room) => `src/${room}/**/*.test.ts`);

/** The page is tested in a real browser by `pnpm test:browser`, servers by `pnpm test:int`. */
const elsewhere = [...configDefaults.exclude, 'test/browser/**', '**/*.int.test.ts'];

export default defineConfig({
  test: {
    env: asNodeReadsIt.env,
    setupFiles: propertySetup,
    // A guard against hanging, not a goal.
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          ...asNodeReadsIt,
          name: 'shared',
          include: shared,
          exclude: elsewhere,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['src/**/*.test.ts'],
          exclude: [...elsewhere, ...shared],
        },
      },
    ],
  },
});
