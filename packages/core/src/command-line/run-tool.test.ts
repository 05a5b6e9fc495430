import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const program = new URL('fixture/main.ts', import.meta.url).pathname;

function tool(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a tool ends with what its work gives, and pnpm may hand on its own --', () => {
  expect(tool('--', 'a', '--code=3', 'b')).toEqual({ status: 3, stdout: 'a b\n', stderr: '' });
  expect(tool().status).toBe(0);
});

test('--help prints the help and starts nothing', () => {
  const { status, stdout } = tool('--help', '--break');
  expect(stdout).toContain('Usage: pnpm tool [options]');
  expect(status).toBe(0);
});

test('what cannot be read ends with 2 and one sentence, and nothing is started', () => {
  const { status, stdout, stderr } = tool('--cod=3');
  expect(stderr).toBe(
    'Failed to read --cod=3: there is no such option. Did you mean --code? See --help for all of them.\n',
  );
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test('an error that nobody expected ends with 70, its stack and the command that met it', () => {
  const { status, stderr } = tool('--break', 'a word');
  expect(stderr).toContain('Error: Something broke.\n    at ');
  expect(stderr).toContain("pnpm tool --break 'a word'");
  expect(status).toBe(70);
});
