import { expect, test } from 'vitest';
import { callerPath } from './caller-path.ts';

test('a relative path means the directory in which the user typed', () => {
  expect(callerPath('run.html', { INIT_CWD: '/home/user' }, '/repo/examples/a')).toBe(
    '/home/user/run.html',
  );
});

test('without a package manager that is the working directory', () => {
  expect(callerPath('../run.html', {}, '/repo/examples/a')).toBe('/repo/examples/run.html');
});

test('an absolute path is what it is', () => {
  expect(callerPath('/tmp/run.html', { INIT_CWD: '/home/user' })).toBe('/tmp/run.html');
});
