import { expect, test } from 'vitest';
import { recipeSuite } from './recipe-suite.ts';
import { run } from './run.ts';

const env = {
  DATABASE_URL: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
};

recipeSuite(env);

test('on a server the schema of a run is its own', async () => {
  const { stdout } = await run(['basic'], { env });
  expect(stdout).toContain(`schema recipe_basic_${process.pid}.`);
});

test('a partition key below the number of partitions is asked for', async () => {
  const { code, stderr } = await run(['partitioned', '--partition-key=4'], { env });
  expect(stderr).toContain('--partition-key=4: there are 4 partitions, counted from 0');
  expect(code).toBe(2);
});
