import { describe, expect, test } from 'vitest';
import { recipes } from '../src/catalog.ts';
import { run } from './run.ts';

test('without arguments all recipes are listed, with what they teach and how to run them', async () => {
  const { code, stdout } = await run([]);
  expect(code).toBe(0);
  for (const { name, teaches } of recipes) {
    expect(stdout).toContain(teaches);
    expect(stdout).toContain(`pnpm --filter event-sourcing-recipes start -- ${name}\n`);
  }
});

test('the easiest recipes stand first', () => {
  const ranks = recipes.map(({ level }) => ['beginner', 'intermediate', 'advanced'].indexOf(level));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test('--help lists the recipes and the exit codes', async () => {
  const { code, stdout } = await run(['--', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('1. basic');
  expect(stdout).toContain('Exit codes');
});

test.each(recipes.map(({ name }) => name))(
  '%s --help names its flags, their variables and defaults',
  async (name) => {
    const { code, stdout } = await run(['--', name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--database-url <url>');
    expect(stdout).toContain('(SEED; default 1)');
  },
);

describe('bad input ends with 2 and one line that names what was typed and the remedy', () => {
  test.each([
    [['bsic'], {}, '"bsic": there is no such recipe. Did you mean basic?'],
    [['--workers=4'], {}, 'the recipe comes first'],
    [['basic', 'extra'], {}, '"extra": it belongs to no option'],
    [['basic', '--sed=1'], {}, 'Did you mean --seed?'],
    [['basic', '--seed=x'], {}, '--seed=x: "x" is no whole number. Use a whole number from 0'],
    [['basic', '--seed=-1'], {}, '"-1" is no whole number'],
    [['basic', '--seed='], {}, 'its value is empty'],
    [['basic', '--seed'], {}, 'its value is missing'],
    [['basic', '--seed', '--help'], {}, 'its value is missing before --help'],
    [['basic', '--seed=1', '--seed=2'], {}, '--seed stands twice'],
    [['basic', '--help=1'], {}, 'it takes no value'],
    [['basic', '--database-url=mysql://x'], {}, 'it is no PostgreSQL URL'],
    [['stop-resume', '--events=10'], {}, 'too few batches to stop in the middle'],
    [['basic'], { SEED: 'x' }, 'SEED=x: "x" is no whole number'],
    [
      ['basic', '--directory=x', '--database-url=postgres://h/d'],
      {},
      'Leave out one of --directory and --database-url',
    ],
    [
      ['basic', '--database-url=postgres://user:secret@127.0.0.1:9/none'],
      {},
      'Failed to connect to PostgreSQL at 127.0.0.1:9/none',
    ],
  ])('%j %j', async (args, env, message) => {
    const { code, stderr } = await run(args, { env });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});

test('a flag wins over its variable, and an empty variable is none', async () => {
  const { code, stderr } = await run(['basic', '--seed=1', '--database-url=x'], {
    env: { SEED: 'nonsense', DIRECTORY: '' },
  });
  expect(stderr).toContain('--database-url=x');
  expect(code).toBe(2);
});
