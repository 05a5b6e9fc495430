import type { Visit } from '@firedrill/core/scenario';
import { mayEdit, type Role, roles } from './domain.ts';
import { measures } from './measurements.ts';
import { processes } from './system.ts';
import type { Canvases } from './types.ts';
import { screenOf } from './world/answered.ts';
import type { Member } from './world/crowd.ts';
import type { Device } from './world/devices.ts';
import { roomKinds } from './world/people.ts';
import { openWindow } from './world/windows.ts';

/**
 * One person: opens a canvas, watches or works on it, loses the network now and then, and goes. Whoever
 * is there when the day ends takes a last look first. What they do meanwhile is in `world/crowd.ts`.
 *
 * It waits most of the time, fifty thousand times at once: so it keeps little while it waits.
 */
export async function visitCanvas(visit: Visit<Canvases>): Promise<void> {
  const device = arrive(visit);
  try {
    const system = visit.at(processes.server);
    const session = await openWindow({
      pages: visit.at(processes.pages),
      device,
      mayEnter: () => visit.truth.roleOf(device.person.id) !== undefined,
      onPageGone: (listener) => visit.truth.world.devices.onPageGone(device, listener),
      onShutOut: () => visit.truth.world.devices.shutOut(device),
      onLoading() {
        const { elapsedMs, meter } = visit.context;
        const fromMs = elapsedMs();
        meter.count(measures.arrivals);
        return () => meter.count(measures.opened, 1, fromMs);
      },
    });
    const member = enter(visit, { device, session, system });
    await visit.truth.world.crowd.stay(member);
    await leave(visit, member);
  } catch {
    visit.context.meter.count(measures.failedOpens);
  } finally {
    visit.truth.world.devices.unplug(device);
  }
}

function arrive({ context, truth, at, arrival }: Visit<Canvases>): Device {
  const { meeting, people, devices } = truth.world;
  truth.world.reach(at(processes.server));
  const { fields } = arrival;
  const person = people.arrive({ roomId: fields?.['room'], role: roleNamed(fields?.['role']) });
  meeting.arrived();
  context.meter.count(measures.arrivals, 1, arrival.atMs);
  return devices.plug(person, truth.invite(person));
}

function enter({ context, truth, arrival }: Visit<Canvases>, member: Member): Member {
  context.meter.count(measures.opened, 1, arrival.atMs);
  context.meter.record(measures.open, context.elapsedMs() - arrival.atMs);
  truth.world.meeting.entered(member);
  return member;
}

async function leave({ context, truth }: Visit<Canvases>, member: Member): Promise<void> {
  const { meeting } = truth.world;
  if (meeting.isOver) await meeting.lastLook(member.system);
  if (context.settings.conflicts && mayEdit(member.session.role)) {
    truth.conflicts.look(member.device.person, screenOf(member.session));
  }
  meeting.left(member);
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
