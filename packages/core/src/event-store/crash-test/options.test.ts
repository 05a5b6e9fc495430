import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../command-line/index.ts';
import { crashTestDefaults, declareCrashTest, serverOf } from './options.ts';

const parse = (...args: string[]) => parseFlags(declareCrashTest(), args);

describe('the flags of the crash test', () => {
  test('have defaults, of which the server comes from DATABASE_URL', () => {
    expect(parse('--seconds=20', '--only=embedded')).toEqual({ seconds: 20, only: 'embedded' });
    expect(crashTestDefaults()).toMatchObject({ seconds: 60 });
    const url = 'postgresql://me@db/test';
    expect(serverOf({}, { DATABASE_URL: url })).toBe(url);
    expect(serverOf({}, {})).toBe('postgres://postgres@127.0.0.1:5432/postgres');
    expect(serverOf({ databaseUrl: 'postgres://a/b' }, { DATABASE_URL: url })).toBe(
      'postgres://a/b',
    );
  });

  test.each([
    [['--seconds=0'], '--seconds=0', 'a whole number from 1'],
    [['--seconds=1.5'], '--seconds=1.5', 'a whole number from 1'],
    [['--second=5'], '--second=5', 'Did you mean --seconds?'],
    [['--only=postgresql'], '--only=postgresql', 'Did you mean postgres?'],
    [['--database-url=db'], '--database-url=db', 'postgres://user:password@host'],
    [['60'], '"60"', '--help'],
  ])('%j are refused with the remedy', (args, given, remedy) => {
    expect(() => parse(...args)).toThrow(given);
    expect(() => parse(...args)).toThrow(remedy);
  });

  test('a DATABASE_URL that is none is refused by its own name', () => {
    expect(() => serverOf({}, { DATABASE_URL: 'mysql://db' })).toThrow('DATABASE_URL=mysql');
  });
});

test('--help starts nothing', () => {
  const program = new URL('main.ts', import.meta.url).pathname;
  const { status, stdout } = spawnSync(process.execPath, [program, '--', '--help'], {
    encoding: 'utf8',
  });
  expect(stdout).toContain('Usage: pnpm crash-test [options]');
  expect(stdout).not.toContain('crash test, seed');
  expect(status).toBe(0);
});
