import type { Visit } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import type { Device } from './devices.ts';
import { type Change, type Edit, isLess, mayEdit, type Role, roles } from './domain.ts';
import type { Person } from './people.ts';
import { roomKinds } from './people.ts';
import type { CollaborationSystem, Session } from './system.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

type CanvasVisit = Visit<Settings, World, CollaborationSystem>;

/**
 * One person: opens a canvas, watches or works on it, loses the network now and then, and goes. Whoever
 * is there when the day ends takes a last look first.
 */
export async function visitCanvas(visit: CanvasVisit): Promise<void> {
  const { context, world, system, arrival } = visit;
  const { meter, elapsedMs, settings } = context;
  const { meeting, people, services, whims } = world;
  const { fields = {} } = arrival;
  const person = people.arrive({ roomId: fields['room'], role: roleNamed(fields['role']) });
  meeting.arrived();
  meter.count('arrivals');

  const device = services.devices.plug(person, services.truth.invite(person));
  const leaveAtMs = elapsedMs() + whims.exponential(settings.stayMs);
  const outages = sufferOutages(visit, device);
  try {
    const session = await system.open(device);
    meter.time('open', elapsedMs() - arrival.atMs);
    meeting.entered(person, session);
    await spendTime(visit, device, session, leaveAtMs);
    if (meeting.isOver) {
      outages.stop();
      await meeting.lastLook(system);
    }
    meeting.left(person);
    await session.close();
  } catch {
    meter.count('failedOpens');
  } finally {
    outages.stop();
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

/** How long a pointer is on its way to the next edit. */
const pointerMs = 1_000;

/** Share of what an admin does that takes a right from somebody. */
const decisionShare = 0.03;

async function spendTime(
  visit: CanvasVisit,
  device: Device,
  session: Session,
  leaveAtMs: number,
): Promise<void> {
  const { context, world } = visit;
  const { elapsedMs } = context;
  const { meeting, whims, pointers } = world;
  const { person } = device;
  const isStaying = (): boolean =>
    !meeting.isOver && session.role !== undefined && elapsedMs() < leaveAtMs;

  for (let stroke = 1; isStaying() && mayEdit(session.role); stroke += 1) {
    await meeting.nap(Math.min(whims.exponential(person.thinkMs), leaveAtMs - elapsedMs()));
    if (!isStaying()) return;
    if (session.role === 'admin' && whims.chance(decisionShare)) {
      await decide(visit, person);
      continue;
    }
    const [x, y] = [whims.integer(0, 2_000), whims.integer(0, 1_000)];
    const stop = pointers.start(session, x, y);
    await meeting.nap(pointerMs);
    stop();
    if (isStaying()) await draw(visit, device, session, { stroke, x, y });
  }
  // Whoever watches is told when the canvas is closed to them, and notices within seconds.
  while (isStaying()) await meeting.nap(Math.min(watchMs, leaveAtMs - elapsedMs()));
}

const watchMs = 5_000;

/** One edit, measured from the gesture to the moment at which its author sees it. */
async function draw(
  { context, world }: CanvasVisit,
  { person, screen }: Device,
  session: Session,
  at: { readonly stroke: number; readonly x: number; readonly y: number },
): Promise<void> {
  const { meter, elapsedMs } = context;
  const { meeting, whims, services } = world;
  const atMs = elapsedMs();
  const id = `${person.id}-${at.stroke}`;
  const shapeIds = meeting.shapeIds(person.roomId);
  const edit: Edit = {
    id,
    by: person.id,
    atMs,
    change: chooseChange(whims, session, shapeIds, id, at),
  };
  const finished = world.editStarted();
  meter.count('edits');
  try {
    await session.edit(edit);
    services.truth.shown(person, edit);
    if (edit.change.kind === 'create') shapeIds.push(id);
  } catch {
    meter.count('failedEdits');
  } finally {
    finished();
    meter.time('own', elapsedMs() - atMs + screen.drawOwn());
  }
}

/** A canvas of this many shapes is full enough: most edits change what is there. */
const fullAt = 12;
const createShare = { empty: 0.5, full: 0.08 } as const;
const draftShare = 0.25;

function chooseChange(
  whims: Random,
  session: Session,
  shapeIds: readonly string[],
  newId: string,
  { x, y }: { readonly x: number; readonly y: number },
): Change {
  const creates = whims.chance(shapeIds.length < fullAt ? createShare.empty : createShare.full);
  const drawn = Math.floor(whims.next() * shapeIds.length);
  const kind = whims.next();
  const isDraft = whims.chance(draftShare);
  const shapeId = shapeIds[drawn];
  if (creates || shapeId === undefined || !session.has(shapeId)) {
    const layer = isDraft ? 'drafts' : 'board';
    return { kind: 'create', shape: { id: newId, x, y, text: 'new', layer } };
  }
  if (kind < 0.6) return { kind: 'move', shapeId, x, y };
  if (kind < 0.9) return { kind: 'write', shapeId, text: `by ${newId}` };
  return { kind: kind < 0.95 ? 'publish' : 'hide', shapeId };
}

/** An admin takes a right from somebody in the room: to edit, or to be there at all. */
async function decide({ context, world, system }: CanvasVisit, person: Person): Promise<void> {
  const { meter, elapsedMs } = context;
  const { meeting, services, whims } = world;
  const other = meeting.other(person, whims.next());
  const role = whims.chance(0.5) ? undefined : ('viewer' as const);
  if (other === undefined) return;
  const current = services.truth.roleOf(other.id);
  if (current === 'admin' || !isLess(role, current)) return;
  const { roomId } = person;
  const startedMs = elapsedMs();
  meter.count('decisions');
  try {
    await system.changeAccess({ roomId, personId: other.id, role, by: person.id });
    meter.time('decision', elapsedMs() - startedMs);
  } catch {
    meter.count('failedDecisions');
  }
}

/** How long a network is away when it goes by itself. */
const outageMs = { p50: 8_000, p99: 40_000 } as const;

/** Takes the network from a device now and then, until it is stopped. */
function sufferOutages(
  { context, world }: CanvasVisit,
  device: Device,
): { readonly stop: () => void } {
  const { devices } = world.services;
  const { outageEveryMs } = context.settings;
  let isAway = false;
  let timer = setTimeout(goAway, world.whims.exponential(outageEveryMs));

  function goAway(): void {
    isAway = true;
    devices.lose(device);
    timer = setTimeout(comeBack, world.whims.logNormal(outageMs));
  }
  function comeBack(): void {
    isAway = false;
    devices.restore(device);
    timer = setTimeout(goAway, world.whims.exponential(outageEveryMs));
  }
  return {
    stop() {
      clearTimeout(timer);
      if (isAway) comeBack();
      clearTimeout(timer);
    },
  };
}
