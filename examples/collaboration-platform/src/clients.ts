import type { Visit } from '@firedrill/core/scenario';
import { type Role, roles } from './domain.ts';
import { roomKinds } from './people.ts';
import type { CollaborationSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/**
 * One person: opens a canvas, watches or works on it, loses the network now and then, and goes. Whoever
 * is there when the day ends takes a last look first. What they do meanwhile is in `crowd.ts`.
 */
export async function visitCanvas(
  visit: Visit<Settings, World, CollaborationSystem>,
): Promise<void> {
  const { context, world, system, arrival } = visit;
  const { meter, elapsedMs } = context;
  const { crowd, meeting, people, services } = world;
  const { fields } = arrival;
  const person = people.arrive({ roomId: fields?.['room'], role: roleNamed(fields?.['role']) });
  meeting.arrived();
  meter.count('arrivals');
  const device = services.devices.plug(person, services.truth.invite(person));
  try {
    const session = await system.open(device);
    meter.time('open', elapsedMs() - arrival.atMs);
    const member = { device, session };
    meeting.entered(member);
    await crowd.stay(member);
    if (meeting.isOver) await meeting.lastLook(system);
    meeting.left(member);
    await session.close();
  } catch {
    meter.count('failedOpens');
  } finally {
    services.devices.unplug(device);
  }
}

/** Values of a trace that are of no use, and what to write instead. */
export function traceFieldRemedy(field: string, text: string): string | undefined {
  if (field === 'role') {
    return roleNamed(text) === undefined ? `Use one of ${roles.join(', ')}.` : undefined;
  }
  return /^[\w-]{1,64}$/.test(text)
    ? undefined
    : `Use a name of letters, digits and hyphens, e.g. ${roomKinds[1]}-1.`;
}

const roleNamed = (text: string | undefined): Role | undefined =>
  roles.find((role) => role === text);
