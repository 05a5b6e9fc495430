import type { Redis } from 'ioredis';

/** One of BullMQ's scripts, to be run inside of another. */
export interface LoadedScript {
  /** With the version of BullMQ. */
  readonly name: string;
  readonly numberOfKeys: number;
  /** A function of its own KEYS and ARGV, with the script as it is. */
  readonly lua: string;
}

/** A script as ioredis keeps it. */
interface KeptScript {
  readonly lua: string;
  readonly numberOfKeys: number | null;
}

/** Those of the scripts that BullMQ has loaded into a connection that have these names. */
export function loadedScripts(redis: Redis, names: readonly string[]): readonly LoadedScript[] {
  return Object.entries<KeptScript>(redis.scriptsSet)
    .filter(([name]) => names.includes(name.split(':')[0] ?? ''))
    .map(([name, { lua, numberOfKeys }]) => ({
      name,
      numberOfKeys: Number(numberOfKeys),
      lua: `function(KEYS, ARGV)\n${lua}\nend`,
    }));
}
