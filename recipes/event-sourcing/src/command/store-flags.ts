import { countFlag, textFlag } from './flag.ts';

/** Where the events go. All recipes have these. */
export const storeFlags = {
  databaseUrl: textFlag({
    variable: 'DATABASE_URL',
    placeholder: '<url>',
    description: 'a PostgreSQL server to use instead of the embedded database',
    check(text) {
      if (/^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text)) return undefined;
      return {
        cause: 'it is no PostgreSQL URL',
        remedy: 'Write it as postgres://user:password@localhost:5432/database.',
      };
    },
  }),
  directory: textFlag({
    variable: 'DIRECTORY',
    placeholder: '<path>',
    description: 'keep the embedded database here; without it, it is gone after the run',
  }),
  seed: countFlag({
    variable: 'SEED',
    description: 'seed of the people and orders of the shop',
    least: 0,
    most: 2 ** 31 - 1,
    defaultValue: 1,
  }),
};

/** How many events there are, with a default that suits the recipe. */
export const eventsFlag = (defaultValue: number) =>
  countFlag({
    variable: 'EVENTS',
    description: 'events to append',
    least: 1,
    most: 100_000,
    defaultValue,
  });

/** The same for a recipe that can also be one of several processes, of which one appends. */
export const optionalEventsFlag = countFlag({
  variable: 'EVENTS',
  description: 'events to append; one process alone appends only if this is given',
  least: 1,
  most: 100_000,
  defaultValue: undefined,
});

/** How many workers share the work. */
export const workersFlag = (defaultValue: number) =>
  countFlag({
    variable: 'WORKERS',
    description: 'workers that share the work',
    least: 1,
    most: 16,
    defaultValue,
  });

/** How many events a worker handles in one transaction. */
export const batchSizeFlag = (defaultValue: number) =>
  countFlag({
    variable: 'BATCH_SIZE',
    description: 'events that are handled in one transaction',
    least: 1,
    most: 1_000,
    defaultValue,
  });
