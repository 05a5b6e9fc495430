import { faultsSince, plural, WorkTally, type WorldContext } from '@firedrill/core/scenario';
import {
  type AccessChange,
  type Edit,
  isSameShape,
  isVisible,
  mayEdit,
  type Role,
  shapeIdOf,
  type Shapes,
} from './domain.ts';
import type { Person } from './world/people.ts';
import type { ServerMessage, Stamp } from './domain/protocol.ts';
import { measures } from './measurements.ts';
import { createChanges } from './truth/changes.ts';
import { createConflicts, type Conflicts } from './truth/conflicts.ts';
import { createGrowth, type Growth } from './truth/growth.ts';
import { createReturns, type Returns } from './truth/returns.ts';
import { createTold, type Told } from './truth/told.ts';
import type { Canvases } from './types.ts';
import type { World } from './world.ts';

/**
 * What really happened: who may do what, what each person was sent, which edits their authors saw on
 * their screens, and what history was told. No implementation can read or change it; the rules
 * compare with it.
 */
export interface Truth extends Deeds {
  /** People, devices and networks. */
  readonly world: World;
}

/** What was done, by whom. */
export interface Deeds {
  /** Invites a person, in the role that they come with. */
  invite(person: Person): Access;
  /** What a person may do now. */
  roleOf(personId: string): Role | undefined;
  /** An admin's decision takes effect; gives its number, which counts up. */
  decide(change: AccessChange): number;
  /** Something left the server for a person, now or at `sentAtMs`. */
  sent(access: Access, message: ServerMessage, sentAtMs?: number): void;
  /** Somebody begins to draw. */
  began(person: Person, edit: Edit): void;
  /** An edit is on its author's screen. */
  shown(person: Person, edit: Edit): void;
  /** The author was told that these edits will not be kept. */
  refused(editIds: readonly string[]): void;
  /** History has these edits, in these words. */
  recorded(stamps: readonly Stamp[]): void;
  /** Analytics was told of so many edits. */
  tracked(count: number): void;
  /** Changes that are gone for older ones, and who was told. */
  readonly conflicts: Conflicts;
  /** Who wants to be in; nothing where connections take nothing of the gate. */
  readonly returns: Returns | undefined;
  /** How much is kept of each canvas; nothing where documents never begin anew. */
  readonly growth: Growth | undefined;
  /** What people are told of each other. */
  readonly told: Told;
  /** Somebody who may be there is there when the last look is taken. */
  remained(): void;
  /** Compares a screen with the canvas that the server has. */
  compare(person: Person, role: Role | undefined, screen: Shapes, canvas: Shapes): void;
  /** Compares the canvas that the server has with everything that was done on it. */
  audit(roomId: string, canvas: Shapes): void;
  /** Somebody who is there, with a network, is not shown as present. */
  overlooked(person: Person): void;
  /** Rooms on which something was created. */
  rooms(): readonly string[];
  readonly totals: TruthTotals;
  /** Strokes of people who had the right to draw, and of those the ones that they saw. */
  readonly strokes: WorkTally;
  /** When it was seen that somebody who is there is not shown as present, each time. */
  readonly overlookedAtMs: readonly number[];
  /** Edits that their authors saw, were not refused, and that history does not have. */
  unrecorded(): number;
  /** Edits of which history names another author, another shape, or another deed. */
  misrecorded(): number;
  /** Edits, by when their author saw them, and those of which analytics was told, whenever that was. */
  counted(isJudged: (atMs: number) => boolean): { readonly done: number; readonly due: number };
}

/** What one person may do: now, and before the last decision. */
export interface Access {
  readonly person: Person;
  role: Role | undefined;
  before: Role | undefined;
  changedAtMs: number;
}

export interface TruthTotals {
  edits: number;
  refusedEdits: number;
  lostEdits: number;
  /** Fields of shapes that are not as anybody left them. */
  lostChanges: number;
  /** Edits of which history was told after a later one of the same person. */
  outOfOrder: number;
  leaks: number;
  /** Decisions of people who were no admins. */
  usurped: number;
  decisions: number;
  /** People who were there at the last look, and had a right to be. */
  remained: number;
  compared: number;
  diverged: number;
}

interface ShownEdit {
  readonly edit: Edit;
  readonly roomId: string;
  isRefused: boolean;
}

export function createDeeds(context: WorldContext<Canvases>): Deeds {
  const { meter, elapsedMs, announce, violate, settings } = context;
  const accesses = new Map<string, Access>();
  const edits = new Map<string, ShownEdit>();
  const history = new Map<string, Stamp>();
  let tracked = 0;
  const created = new Map<string, ShownEdit[]>();
  const strokes = new WorkTally();
  const overlookedAtMs: number[] = [];
  const changes = createChanges();
  /** Who made each edit and when, and the newest of each person that history knows. */
  const made = new Map<string, Edit>();
  const recordedAtMs = new Map<string, number>();
  const totals: TruthTotals = {
    edits: 0,
    refusedEdits: 0,
    lostEdits: 0,
    lostChanges: 0,
    outOfOrder: 0,
    leaks: 0,
    usurped: 0,
    decisions: 0,
    remained: 0,
    compared: 0,
    diverged: 0,
  };

  /** Whether one of these services has failed since then. */
  const hasFailed = (services: readonly string[], sinceMs: number): boolean =>
    faultsSince(context, sinceMs).some(({ service }) => services.includes(service));

  function lookAtOrder({ id }: Stamp): void {
    const edit = made.get(id);
    if (edit === undefined) return;
    const { by, atMs } = edit;
    const newestMs = recordedAtMs.get(by) ?? 0;
    recordedAtMs.set(by, Math.max(newestMs, atMs));
    // What history refused for long comes when it is well again, whatever has come since.
    if (atMs >= newestMs || hasFailed(['history'], atMs)) return;
    totals.outOfOrder += 1;
    violate('history-in-order', `history hears of ${id} of ${by} after what they did later`);
  }

  const told = createTold({
    elapsedMs,
    roleOf: (personId) => accesses.get(personId)?.role,
    wasWell: (sinceMs) =>
      !hasFailed(['permissions', 'document-store', 'edit-log', 'server', 'pages'], sinceMs),
  });

  const conflicts = createConflicts(context, {
    changedAtMs: (personId) => accesses.get(personId)?.changedAtMs ?? Infinity,
    isPageSound: (sinceMs) => !hasFailed(['pages'], sinceMs),
  });

  const returns =
    settings.handshakeMs > 0 ? createReturns(context, settings.handshakeMs) : undefined;

  const growth =
    settings.compactAfter > 0 ? createGrowth(context, settings.compactAfter) : undefined;

  const roleAt = (access: Access, atMs: number): Role | undefined =>
    atMs >= access.changedAtMs ? access.role : access.before;

  return {
    totals,
    strokes,
    overlookedAtMs,
    told,
    conflicts,
    returns,
    growth,

    invite(person) {
      const access = { person, role: person.role, before: undefined, changedAtMs: elapsedMs() };
      accesses.set(person.id, access);
      return access;
    },

    roleOf: (personId) => accesses.get(personId)?.role,

    decide(change) {
      const { personId, role, by } = change;
      totals.decisions += 1;
      if (accesses.get(by)?.role !== 'admin') {
        totals.usurped += 1;
        violate('only-admins-decide', `${by}, who is no admin, decides about ${personId}`);
      }
      const access = accesses.get(personId);
      // What is decided once more, as its answer came too late, is no news.
      if (access?.role !== role) told.decided(change);
      if (access !== undefined) {
        access.before = access.role;
        access.role = role;
        access.changedAtMs = elapsedMs();
      }
      return totals.decisions;
    },

    sent(access, message, sentAtMs = elapsedMs()) {
      const role = roleAt(access, sentAtMs);
      if (maySee(role, message)) return;
      totals.leaks += 1;
      meter.count(measures.leaks);
      const who = `${access.person.id} (${role ?? 'no role'}) in ${access.person.roomId}`;
      const text = `${who} is sent ${describe(message)}`;
      violate('only-what-the-role-may-see', text);
      if (totals.leaks === 1) {
        announce({ name: 'leak', severity: 'critical', text: `first leak: ${text}` });
      }
    },

    began({ id, roomId }, edit) {
      changes.tried(roomId, edit);
      if (settings.conflicts) conflicts.tried(roomId, edit);
      made.set(edit.id, edit);
      const access = accesses.get(id);
      if (access !== undefined && mayEdit(roleAt(access, elapsedMs()))) strokes.wasDue(elapsedMs());
    },

    shown(person, edit) {
      const access = accesses.get(person.id);
      // Whoever has no right to edit may see their stroke; nobody promised to keep it.
      if (access === undefined || !mayEdit(roleAt(access, edit.atMs))) return;
      totals.edits += 1;
      changes.kept(edit);
      if (settings.conflicts) conflicts.kept(edit);
      strokes.wasDone(edit.atMs);
      const { roomId } = person;
      const shownEdit = { edit, roomId, isRefused: false };
      edits.set(edit.id, shownEdit);
      if (edit.change.kind !== 'create') return;
      const inRoom = created.get(roomId);
      if (inRoom === undefined) created.set(roomId, [shownEdit]);
      else inRoom.push(shownEdit);
    },

    refused(editIds) {
      for (const id of editIds) {
        const shownEdit = edits.get(id);
        if (shownEdit === undefined || shownEdit.isRefused) continue;
        shownEdit.isRefused = true;
        changes.refused(id);
        if (settings.conflicts) conflicts.refused(id);
        totals.refusedEdits += 1;
      }
    },

    recorded(stamps) {
      for (const stamp of stamps) {
        if (!history.has(stamp.id)) lookAtOrder(stamp);
        history.set(stamp.id, stamp);
      }
    },

    tracked(count) {
      tracked += count;
    },

    remained() {
      totals.remained += 1;
    },

    compare(person, role, screen, canvas) {
      totals.compared += 1;
      const difference = firstDifference(role, screen, canvas);
      if (difference === undefined) return;
      totals.diverged += 1;
      violate('replicas-converge', `in ${person.roomId}, ${person.id} ${difference}`);
    },

    audit(roomId, canvas) {
      for (const { edit, isRefused } of created.get(roomId) ?? []) {
        if (isRefused || edit.change.kind !== 'create') continue;
        if (canvas.has(edit.change.shape.id) || changes.isDeleted(roomId, edit.change.shape.id)) {
          continue;
        }
        totals.lostEdits += 1;
        const seconds = (edit.atMs / 1_000).toFixed(1);
        violate('no-edit-lost', `what ${edit.by} drew in ${roomId} at ${seconds} s is nowhere`);
      }
      for (const difference of changes.differences(roomId, canvas)) {
        totals.lostChanges += 1;
        violate('no-change-lost', `in ${roomId}, ${difference}`);
      }
    },

    overlooked({ id, roomId }) {
      overlookedAtMs.push(elapsedMs());
      violate('gone-are-gone', `${id} is in ${roomId} and not shown as present`);
    },

    rooms: () => [...created.keys()],

    unrecorded() {
      let count = 0;
      for (const { edit, isRefused } of edits.values()) {
        if (isRefused || history.has(edit.id)) continue;
        count += 1;
        violate('history-complete', `history does not know ${edit.id} of ${edit.by}`);
      }
      return count;
    },

    misrecorded() {
      let count = 0;
      for (const { edit } of edits.values()) {
        const stamp = history.get(edit.id);
        if (stamp === undefined || isTrue(stamp, edit)) continue;
        count += 1;
        violate('true-history', `history says that ${stamp.by} did ${edit.id} of ${edit.by}`);
      }
      return count;
    },

    counted(isJudged) {
      const due = [...edits.values()].filter(({ edit }) => isJudged(edit.atMs)).length;
      return { done: Math.min(tracked, due), due };
    },
  };
}

/** Whether an entry says who did what, and when. What was undone or done again may be several shapes. */
const isTrue = ({ by, atMs, kind, shapeId }: Stamp, { by: author, atMs: madeAtMs, change }: Edit) =>
  by === author &&
  atMs === madeAtMs &&
  (kind === 'undo' || kind === 'redo' || (kind === change.kind && shapeId === shapeIdOf(change)));

/** Whether somebody in this role may be sent a message. */
function maySee(role: Role | undefined, message: ServerMessage): boolean {
  switch (message.type) {
    case 'ack':
    case 'refused':
    case 'access':
    case 'pong':
      return true;
    case 'cursors':
    case 'people':
      return role !== undefined;
    case 'shapes':
      return role !== undefined && message.shapes.every((shape) => isVisible(shape, role));
    case 'state':
    case 'update':
      return mayEdit(role);
    case 'audit':
      return role === 'admin';
    default:
      throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`);
  }
}

function describe(message: ServerMessage): string {
  if (message.type !== 'shapes') return `a message "${message.type}"`;
  const drafts = message.shapes.filter(({ layer }) => layer === 'drafts').length;
  return drafts === 0 ? 'what is on the board' : plural(drafts, 'draft');
}

/** How a screen differs from the canvas, for people; nothing when it does not. */
function firstDifference(
  role: Role | undefined,
  screen: Shapes,
  canvas: Shapes,
): string | undefined {
  let visible = 0;
  for (const shape of canvas.values()) {
    if (!isVisible(shape, role)) continue;
    visible += 1;
    const seen = screen.get(shape.id);
    if (seen === undefined) return `does not see ${shape.id}`;
    if (!isSameShape(seen, shape)) return `sees ${shape.id} as it is not`;
  }
  return screen.size === visible ? undefined : `sees ${screen.size - visible} shapes too many`;
}
