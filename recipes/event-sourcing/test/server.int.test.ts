import { expect, test } from 'vitest';
import { schemaVariable } from '../src/database/place.ts';
import { dropSchema } from '../src/database/server.ts';
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

test('partitioned, in two terminals, says what each process applies, and what all have', async () => {
  const schema = `recipe_terminals_${process.pid}`;
  const shared = { ...env, [schemaVariable]: schema };
  const controller = new AbortController();
  const applied = [0, 0];
  const terminal = (key: number, ...flags: readonly string[]) =>
    run(['partitioned', `--partition-key=${key}`, ...flags], {
      env: shared,
      signal: controller.signal,
      onOutput(stdout) {
        const said = [...stdout.matchAll(/\+ \d+ events applied here, (\d+) in all/g)];
        applied[key] = Number(said.at(-1)?.[1] ?? 0);
        if ((applied[0] ?? 0) + (applied[1] ?? 0) === 40) controller.abort();
      },
    });
  const ended = await Promise.all([terminal(0, '--events=40'), terminal(1)]);
  await dropSchema(env.DATABASE_URL, schema);
  for (const [key, { code, stdout }] of ended.entries()) {
    expect(stdout).toContain(`schema ${schema}, which stays until you drop it`);
    expect(stdout).toMatch(/buckets [01.]{16} {2}/);
    expect(stdout).toContain(`stopped after ${applied[key]} events`);
    expect(stdout).toContain('none out of order: 40 of 40 applied, 0 twice, 0 out of order');
    expect(code).toBe(0);
  }
});
