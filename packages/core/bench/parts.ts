import { choose, type ReadValue, UsageError } from '../src/command-line/index.ts';

/** Some of these parts, by how their names begin: `pools,waits`. In the order of `names`. */
export const partsOf =
  <Name extends string>(names: readonly Name[]): ReadValue<readonly Name[]> =>
  (option, text) => {
    const prefixes = text.split(',');
    for (const prefix of prefixes) {
      if (prefix !== '' && names.some((name) => name.startsWith(prefix))) continue;
      throw new UsageError({
        given: `--${option}=${text}`,
        cause: `nothing here begins with "${prefix}"`,
        remedy: choose(prefix, names),
      });
    }
    return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  };
