import {
  type AccessChange,
  type Edit,
  initialsOf,
  mayEdit,
  type Role,
  type Shape,
} from '../../domain.ts';
import type { Person } from '../../world/people.ts';
import { AccessDeniedError } from '../access-denied.ts';
import { stampOf } from '../../domain/protocol.ts';
import type { Context } from '../../system.ts';
import { noLimit } from '@firedrill/core/services';
import { reports } from '../../reports.ts';

/** What an action consists of besides the change itself: one call each. */
export interface ServiceCalls {
  /** The role, or AccessDeniedError for somebody without one. */
  roleOf(person: Person): Promise<Role>;
  /** AccessDeniedError unless the person may edit. */
  checkMayEdit(person: Person): Promise<void>;
  /** Writes the canvas. */
  save(roomId: string, shapes: Iterable<Shape>): Promise<unknown>;
  /** Tells one receiver through the gateway; rejects when the receiver cannot be reached. */
  push(personId: string, shape: Shape, edit: Edit): Promise<unknown>;
  updatePresence(person: Person): Promise<unknown>;
  recordHistory(edit: Edit): Promise<unknown>;
  trackAnalytics(edit: Edit): Promise<unknown>;
  /** Writes an admin's decision down. */
  decide(change: AccessChange): Promise<unknown>;
}

/** The flaw of these weeks: nobody has thought of how long a call may take. */
const forEver = { timeoutMs: noLimit('the first four weeks wait for every answer') };

export function createServiceCalls({ clock, outside, telemetry }: Context): ServiceCalls {
  const { analytics, documentStore, history, permissions, presence, push } = outside;

  async function check({ id, roomId }: Person): Promise<Role | undefined> {
    const { role } = await permissions.check({ roomId, personId: id }, forEver);
    return role ?? undefined;
  }

  return {
    async roleOf(person) {
      const role = await check(person);
      if (role === undefined) throw new AccessDeniedError(person, 'enter');
      return role;
    },
    async checkMayEdit(person) {
      if (!mayEdit(await check(person))) throw new AccessDeniedError(person, 'edit');
    },
    async save(roomId, shapes) {
      telemetry.count(reports.savesDue);
      try {
        return await documentStore.save(
          { roomId, document: JSON.stringify([...shapes]) },
          { ...forEver, key: roomId },
        );
      } catch (error) {
        telemetry.count(reports.savesRefused);
        throw error;
      }
    },
    push: (personId, shape, edit) =>
      push.deliver(
        { personId, sentAtMs: clock.elapsedMs(), shapes: [shape], stamps: [stampOf(edit)] },
        { ...forEver, key: personId },
      ),
    updatePresence({ id, name, roomId }) {
      const label = initialsOf(name);
      return presence.update({ roomId, personId: id, label }, forEver);
    },
    recordHistory: (edit) => history.append({ entries: [stampOf(edit)] }, forEver),
    trackAnalytics: ({ change }) => analytics.track({ name: change.kind, count: 1 }, forEver),
    decide: ({ roomId, personId, role, by }) =>
      permissions.decide({ roomId, personId, role: role ?? null, by }, forEver),
  };
}
