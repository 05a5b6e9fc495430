import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { exitCodes, newCommand, runTool } from '../src/command-line/index.ts';
import { runRecordSchema } from '../src/scenario/record.ts';

/** Writes the JSON Schema of the run record; with `--check` it only says whether the file is current. */
const file = new URL('../../../docs/record/record.schema.json', import.meta.url);

const schema = {
  title: 'One line of a Firedrill run record',
  description: 'See README.md beside this file.',
  ...z.toJSONSchema(runRecordSchema),
};
function current(): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const command = newCommand(
  'node packages/core/scripts/record-schema.ts',
  'Writes the JSON Schema of the run record to docs/record.',
).option('--check', 'write nothing, and exit 1 when the file is not current');

await runTool(command, { defaults: { check: false } }, ({ check }) => {
  if (!check) {
    writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    return exitCodes.asExpected;
  }
  if (isDeepStrictEqual(current(), JSON.parse(JSON.stringify(schema)))) return exitCodes.asExpected;
  console.error(
    'Failed to check docs/record/record.schema.json: it differs from the schema in the code. ' +
      'Run node packages/core/scripts/record-schema.ts and pnpm format, and commit the file.',
  );
  return exitCodes.checkFailed;
});
