import { simulateSystem } from '@firedrill/core/scenario/testing';
import { test } from 'vitest';
import type { Device } from '../src/world/devices.ts';
import { example } from '../src/example.ts';
import { type CollaborationSystem, processes, type Session } from '../src/system.ts';
import type { Truth } from '../src/truth.ts';

/**
 * What a hundred strokes in front of a hundred people cost the processor, all five implementations on
 * the same strokes in virtual time: waiting costs nothing here, so the differences are the
 * implementations' own work.
 */
const strokes = 100;
const people = 100;

test('a hundred strokes in front of a hundred people, to the last screen', async ({ bench }) => {
  const [first, ...others] = example.implementations.map(({ name }) =>
    bench(name, async () => {
      await draw(name);
    }),
  );
  if (first === undefined) throw new Error('There is no implementation to measure.');
  await bench.compare(first, ...others, { iterations: 10, time: 500 });
});

const draw = (implementation: string): Promise<void> =>
  simulateSystem(example, { implementation }, async ({ context, truth, at, sleep }) => {
    const pages = at(processes.pages);
    const seats = Array.from({ length: people }, (_, number) => enter(truth, pages, number));
    const [host] = await Promise.all(seats);
    if (host === undefined) throw new Error('Nobody came.');
    const drawn = Array.from({ length: strokes }, (_, number) => {
      const shape = { id: `s-${number}`, x: number, y: 0, text: 'new', layer: 'board' } as const;
      const change = { kind: 'create', shape } as const;
      const atMs = context.elapsedMs();
      return host.session.edit({ id: `e-${number}`, by: host.device.person.id, atMs, change });
    });
    await Promise.all(drawn);
    await sleep(60_000);
  });

async function enter(
  truth: Truth,
  pages: CollaborationSystem,
  number: number,
): Promise<{ device: Device; session: Session }> {
  const person = {
    id: `p-${number}`,
    name: 'Ada Amari',
    roomId: 'all-hands',
    role: number === 0 ? 'editor' : 'viewer',
    pathMs: 10,
    bytesPerSecond: 2_500_000,
    thinkMs: 25_000,
  } as const;
  const device = truth.world.devices.plug(person, truth.invite(person));
  return { device, session: await pages.open(person.id) };
}
