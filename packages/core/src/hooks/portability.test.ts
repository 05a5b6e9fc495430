import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHooks, metricsOf } from './index.ts';
import { nextTurn } from './turn.ts';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));

afterEach(() => void vi.unstubAllGlobals());

describe('the room', () => {
  test.each(sources)('imports nothing but itself, and no Node global: %s', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const imports = Array.from(code.matchAll(/from '([^']+)'/g), (match) => match[1] ?? '');
    expect(imports.filter((path) => !path.startsWith('./'))).toEqual([]);
    expect(code).not.toMatch(/\b(?:process|Buffer|require|__dirname|global)\b\s*[.(]/);
  });

  test.each([
    ['setImmediate', []],
    ['a MessageChannel', ['setImmediate']],
    ['a timer', ['setImmediate', 'MessageChannel']],
  ])('turns the event loop with %s where nothing better exists', async (_with, missing) => {
    for (const name of missing) vi.stubGlobal(name, undefined);
    await new Promise<void>((resolve) => nextTurn(resolve));
    const hooks = createHooks<{ e: number }>({ queueSize: 20_000 });
    hooks.hook('e', () => undefined);
    for (let i = 0; i < 20_000; i++) hooks.emit('e', i);
    await hooks.onIdle();
    expect(metricsOf(hooks).processed).toBe(20_000);
  });

  test('reads time and timers from the globals at the time of the call', async () => {
    const hooks = createHooks<{ e: number }>({ timeoutMs: 60_000 });
    hooks.hook('e', () => new Promise(() => undefined));
    // Installed after the import and after the creation, as a simulation may do.
    vi.useFakeTimers();
    hooks.emit('e', 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(metricsOf(hooks)).toMatchObject({ timedOut: 1 });
    expect(metricsOf(hooks).run.maxMs).toBe(60_000);
    vi.useRealTimers();
  });
});
