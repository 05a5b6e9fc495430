import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '@firedrill/core/command-line';
import { exampleNames, scenarios } from './workspace.ts';

/** The folder that `--records` names, as seen from where the command was typed. */
const folderOf = (flag: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), flag);

/** Where the record of the default run of a scenario is kept. */
export const recordPath = (folder: string, example: string, scenario: string): string =>
  join(folder, `${example}.${scenario}.ndjson`);

/** Makes the folder that `--records` names. @throws UsageError when there is a file */
export function makeRecordFolder(flag: string): string {
  const folder = folderOf(flag);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(
      {
        given: `--records=${flag}`,
        cause: `${folder} cannot be made into a folder`,
        remedy: 'Name another one.',
      },
      { cause: error },
    );
  }
  return folder;
}

/** The folder that `--records` names. @throws UsageError when the record of some run is not in it */
export function findRecordFolder(flag: string): string {
  const folder = folderOf(flag);
  for (const example of exampleNames()) {
    for (const scenario of scenarios) {
      const path = recordPath(folder, example, scenario ?? 'story');
      if (existsSync(path)) continue;
      throw new UsageError({
        given: `--records=${flag}`,
        cause: `there is no ${path}`,
        remedy: `Run pnpm scenarios --records=${flag} first.`,
      });
    }
  }
  return folder;
}
