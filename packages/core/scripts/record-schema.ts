import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
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

if (!process.argv.includes('--check')) {
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
} else if (!isDeepStrictEqual(current(), JSON.parse(JSON.stringify(schema)))) {
  console.error(
    'Failed to check docs/record/record.schema.json: it differs from the schema in the code. ' +
      'Run node packages/core/scripts/record-schema.ts and pnpm format, and commit the file.',
  );
  process.exitCode = 1;
}
