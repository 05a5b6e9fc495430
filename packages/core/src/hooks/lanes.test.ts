import { describe, expect, test } from 'vitest';
import { createHooks, type DeadLetter, metricsOf } from './index.ts';

interface Events {
  work: string;
  other: string;
}
type Lane = 'vip' | 'normal' | 'bulk';
const lanes = [{ name: 'vip' }, { name: 'normal' }, { name: 'bulk' }] as const;

const realTurn = setImmediate;

/** Lets the pool go on until it waits: also past a turn that it takes on a slow machine. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => realTurn(resolve));
}

/** Handlers that start in order and end when told to. */
function manual(): {
  handler: (data: string) => Promise<void>;
  started: string[];
  end: () => void;
} {
  const started: string[] = [];
  const open: (() => void)[] = [];
  return {
    started,
    handler: (data) => {
      started.push(data);
      return new Promise((resolve) => open.push(resolve));
    },
    end: () => open.shift()?.(),
  };
}

describe('lanes', () => {
  test('run the most important work first', async () => {
    const hooks = createHooks<Events, Lane>({ workers: 1, queueSize: 10, lanes });
    const seen: string[] = [];
    hooks.hook('work', (data) => seen.push(data));
    hooks.emit('work', 'b1', { lane: 'bulk' });
    hooks.emit('work', 'n1', { lane: 'normal' });
    hooks.emit('work', 'v1', { lane: 'vip' });
    hooks.emit('work', 'b2');
    hooks.emit('work', 'v2', { lane: 'vip' });
    await hooks.onIdle();
    expect(seen).toEqual(['v1', 'v2', 'n1', 'b1', 'b2']);
  });

  test('are chosen by the emit, else by the hook, else by default', async () => {
    const hooks = createHooks<Events, Lane>({ lanes, defaultLane: 'normal' });
    const seen: string[] = [];
    hooks.hook('work', (_data, { lane }) => seen.push(`a:${lane}`), { lane: 'bulk' });
    hooks.hook('work', (_data, { lane }) => seen.push(`b:${lane}`));
    hooks.emit('work', 'x');
    await hooks.onIdle();
    hooks.emit('work', 'x', { lane: 'vip' });
    await hooks.onIdle();
    expect(seen).toEqual(['b:normal', 'a:bulk', 'a:vip', 'b:vip']);
  });

  test('keep reserved workers for their own, however much other work waits', async () => {
    const hooks = createHooks<Events, Lane>({
      workers: 3,
      queueSize: 20,
      lanes: [{ name: 'vip', reservedWorkers: 1 }, { name: 'normal' }, { name: 'bulk' }],
    });
    const { handler, started, end } = manual();
    hooks.hook('work', handler);
    for (let i = 0; i < 5; i++) hooks.emit('work', `b${i}`, { lane: 'bulk' });
    await settled();
    expect(started).toEqual(['b0', 'b1']);
    hooks.emit('work', 'v', { lane: 'vip' });
    await settled();
    expect(started).toEqual(['b0', 'b1', 'v']);
    end();
    await settled();
    expect(started).toEqual(['b0', 'b1', 'v', 'b2']);
  });

  test('keep the place of a reserved worker too: bulk cannot fill the whole pool', () => {
    const hooks = createHooks<Events, Lane>({
      workers: 3,
      queueSize: 2,
      lanes: [{ name: 'vip', reservedWorkers: 1 }, { name: 'normal' }, { name: 'bulk' }],
    });
    hooks.hook('work', () => new Promise(() => undefined));
    const bulk = Array.from(
      { length: 6 },
      () => hooks.emit('work', 'b', { lane: 'bulk' }).admitted,
    );
    expect(bulk.filter(Boolean)).toHaveLength(4);
    expect(hooks.emit('work', 'v', { lane: 'vip' }).admitted).toBe(true);
    expect(metricsOf(hooks)).toMatchObject({ shed: 0, waiting: 5 });
  });

  test('shed the least important work first when the pool is full, newest first', async () => {
    const letters: DeadLetter[] = [];
    const hooks = createHooks<Events, Lane>({
      workers: 1,
      queueSize: 4,
      lanes,
      onDeadLetter: (letter) => letters.push(letter),
    });
    const { handler } = manual();
    hooks.hook('work', handler);
    hooks.emit('work', 'running', { lane: 'bulk' });
    await settled();
    hooks.emit('work', 'b1', { lane: 'bulk' });
    hooks.emit('work', 'n1', { lane: 'normal' });
    hooks.emit('work', 'b2', { lane: 'bulk' });
    hooks.emit('work', 'n2', { lane: 'normal' });
    const vips = Array.from({ length: 5 }, (_, i) => hooks.emit('work', `v${i}`, { lane: 'vip' }));
    await settled();
    expect(letters.map((letter) => letter.data)).toEqual(['b2', 'b1', 'n2', 'n1']);
    expect(letters.every((letter) => letter.reason === 'shed' && !letter.started)).toBe(true);
    expect(vips.map((result) => result.admitted)).toEqual([true, true, true, true, false]);
    const [vip, normal, bulk] = metricsOf(hooks).lanes;
    expect(vip).toMatchObject({ lane: 'vip', admitted: 4, rejected: 1, shed: 0 });
    expect(normal).toMatchObject({ lane: 'normal', admitted: 2, shed: 2, waiting: 0 });
    expect(bulk).toMatchObject({ lane: 'bulk', admitted: 3, shed: 2, running: 1 });
  });

  test('never shed their equals or betters', () => {
    const hooks = createHooks<Events, Lane>({ workers: 1, queueSize: 1, lanes });
    hooks.hook('work', () => new Promise(() => undefined));
    hooks.emit('work', 'n1', { lane: 'normal' });
    hooks.emit('work', 'n2', { lane: 'normal' });
    expect(hooks.emit('work', 'n3', { lane: 'normal' }).admitted).toBe(false);
    expect(hooks.emit('work', 'b1', { lane: 'bulk' }).admitted).toBe(false);
    expect(metricsOf(hooks).shed).toBe(0);
  });

  test('shed nothing when even that would not make enough room', async () => {
    const hooks = createHooks<Events, Lane>({ workers: 1, queueSize: 2, lanes });
    hooks.hook('work', () => new Promise(() => undefined));
    for (let i = 0; i < 3; i++) hooks.hook('other', () => undefined);
    hooks.emit('work', 'n1', { lane: 'normal' });
    await settled();
    hooks.emit('work', 'b1', { lane: 'bulk' });
    expect(hooks.emit('other', 'v', { lane: 'vip' }).admitted).toBe(false);
    expect(metricsOf(hooks)).toMatchObject({ shed: 0, waiting: 1 });
  });

  test('admit an emit whose hooks belong to several lanes as a whole', async () => {
    const hooks = createHooks<Events, Lane>({ workers: 1, queueSize: 2, lanes });
    const seen: string[] = [];
    hooks.hook('work', () => seen.push('bulk'), { lane: 'bulk' });
    hooks.hook('work', () => seen.push('vip'), { lane: 'vip' });
    expect(hooks.emit('work', 'x').admitted).toBe(true);
    expect(hooks.emit('work', 'y').admitted).toBe(false);
    await hooks.onIdle();
    expect(seen).toEqual(['vip', 'bulk']);
  });
});
