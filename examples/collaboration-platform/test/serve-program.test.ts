import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Client } from './serve-client.ts';

/** Runs the program as pnpm does. */
function run(...args: string[]) {
  const program = fileURLToPath(new URL('../src/serve.ts', import.meta.url));
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    program,
    ...args,
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code]: unknown[]) => ({ code, output }));
  return { child, ended, firstOutput: () => once(child.stdout, 'data') };
}

describe('the program', () => {
  test('--help says what there is to choose', async () => {
    const { code, output } = await run('--', '--help').ended;
    expect(code).toBe(0);
    expect(output).toMatch(/--port .*\n.*--host/);
  });

  test.each([
    ['--port=much', 'Use a whole number from 0 to 65535'],
    ['--prot=1', "Unknown option '--prot'"],
    ['--store=mysql://x', 'Use postgres://user@host/database, memory, or leave it out'],
    ['--data=', 'Use --data=.canvas'],
  ])('%s is refused with exit code 2 and no stack', async (flag, remedy) => {
    const { code, output } = await run(flag).ended;
    expect(code).toBe(2);
    expect(output).toContain(remedy);
    expect(output).not.toContain('    at ');
  });

  test('a port that is taken is refused with exit code 2 and a remedy', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, output } = await run(`--port=${port}`, '--store=memory').ended;
    taken.close();
    expect(code).toBe(2);
    expect(output).toContain('another program does. Use --port=0');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('%s ends it in good order, with exit code %i', async (signal, expected) => {
    const { child, ended, firstOutput } = run('--port=0', '--store=memory');
    await firstOutput();
    child.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(expected);
    expect(output).toMatch(/^The canvas is at http:\/\/127\.0\.0\.1:\d+\/\n/);
  });

  test('killed in the middle of its work it has everything that it has confirmed, roles included', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'canvas-'));
    const first = run('--port=0', `--data=${directory}`);
    const ada = await Client.enter(await addressOf(first));
    for (const id of ['s-1', 's-2', 's-3']) expect(await ada.putUp(id)).toBe('ack');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = run('--port=0', `--data=${directory}`);
    const again = await Client.enter(await addressOf(second), { identity: ada.identity });
    expect([...again.canvas.shapes().keys()].toSorted()).toEqual(['s-1', 's-2', 's-3']);
    expect(again.messages[0]).toMatchObject({ type: 'state', role: 'admin' });
    second.child.kill('SIGTERM');
    await second.ended;
    await rm(directory, { recursive: true });
  });
});

async function addressOf({ child, firstOutput }: ReturnType<typeof run>): Promise<string> {
  const [output]: unknown[] = await firstOutput();
  child.stdout.resume();
  return /http:\S+/.exec(String(output))?.[0] ?? '';
}
