import type { Visit } from '@firedrill/core/scenario';
import type { Member } from './crowd.ts';
import type { Device } from './devices.ts';
import { type Role, roles } from './domain.ts';
import { roomKinds } from './people.ts';
import type { CollaborationSystem } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type CanvasVisit = Visit<Settings, World, CollaborationSystem>;

/**
 * One person: opens a canvas, watches or works on it, loses the network now and then, and goes. Whoever
 * is there when the day ends takes a last look first. What they do meanwhile is in `crowd.ts`.
 *
 * It waits most of the time, fifty thousand times at once: so it keeps little while it waits.
 */
export async function visitCanvas(visit: CanvasVisit): Promise<void> {
  const device = arrive(visit);
  try {
    const member = enter(visit, { device, session: await visit.system.open(device) });
    await visit.world.crowd.stay(member);
    await leave(visit, member);
  } catch {
    visit.context.meter.count('failedOpens');
  } finally {
    visit.world.services.devices.unplug(device);
  }
}

function arrive({ context, world, arrival }: CanvasVisit): Device {
  const { meeting, people, services } = world;
  const { fields } = arrival;
  const person = people.arrive({ roomId: fields?.['room'], role: roleNamed(fields?.['role']) });
  meeting.arrived();
  context.meter.count('arrivals');
  return services.devices.plug(person, services.truth.invite(person));
}

function enter({ context, world, arrival }: CanvasVisit, member: Member): Member {
  context.meter.time('open', context.elapsedMs() - arrival.atMs);
  world.meeting.entered(member);
  return member;
}

async function leave({ world, system }: CanvasVisit, member: Member): Promise<void> {
  if (world.meeting.isOver) await world.meeting.lastLook(system);
  world.meeting.left(member);
  await member.session.close();
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
