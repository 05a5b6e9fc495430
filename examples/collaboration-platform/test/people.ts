import type { TestPhase } from '@firedrill/core/scenario/testing';
import { expect } from 'vitest';
import type { Device } from '../src/world/devices.ts';
import type { Change, Layer } from '../src/domain.ts';
import type { Person } from '../src/world/people.ts';
import { processes, type Session } from '../src/system.ts';
import type { Canvases } from '../src/types.ts';

export type Phase = TestPhase<Canvases>;

/** Somebody whom a test has at hand. */
export interface Guest {
  readonly person: Person;
  readonly device: Device;
  readonly session: Session;
}

/** Lets a person open a canvas: by default Ada, who may edit, near and with a wide network. */
export async function join(
  { truth, at }: Phase,
  id: string,
  changes: Partial<Person> = {},
): Promise<Guest> {
  const person: Person = {
    id,
    name: 'Ada Amari',
    roomId: 'room-1',
    role: 'editor',
    pathMs: 10,
    bytesPerSecond: 2_500_000,
    thinkMs: 25_000,
    ...changes,
  };
  const device = truth.world.devices.plug(person, truth.invite(person));
  return { person, device, session: await at(processes.pages).open(id) };
}

let edits = 0;

/** Lets somebody do something; resolves when it is on their screen. */
export async function edit({ truth, context }: Phase, guest: Guest, change: Change): Promise<void> {
  edits += 1;
  const made = { id: `e-${edits}`, by: guest.person.id, atMs: context.elapsedMs(), change };
  await guest.session.edit(made);
  truth.shown(guest.person, made);
}

export const create = (id: string, layer: Layer = 'board'): Change => ({
  kind: 'create',
  shape: { id, x: 1, y: 2, text: 'new', layer },
});

export async function leave({ truth }: Phase, { session, device }: Guest): Promise<void> {
  await session.close();
  truth.world.devices.unplug(device);
}

/** An admin takes a right from somebody: all of them, or to edit. */
export const decide = (
  { at }: Phase,
  admin: Guest,
  somebody: Guest,
  role?: 'viewer',
): Promise<void> =>
  at(processes.server).changeAccess({
    roomId: 'room-1',
    personId: somebody.person.id,
    role,
    by: admin.person.id,
  });

/** Whether everybody has what the server has, as far as they may see it. */
export async function expectAgreement(phase: Phase, guests: readonly Guest[]): Promise<void> {
  const { truth } = phase;
  const canvas = await phase.at(processes.server).canvas('room-1');
  for (const { person, session } of guests) {
    truth.compare(person, session.role, session.shapes(), canvas);
  }
  expect(truth.totals).toMatchObject({ compared: guests.length, diverged: 0, leaks: 0 });
}
