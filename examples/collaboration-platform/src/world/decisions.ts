import type { WorldContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import type { Member } from './crowd.ts';
import { isLess } from '../domain.ts';
import type { Meeting } from './meeting.ts';
import { measures } from '../measurements.ts';
import type { Canvases } from '../types.ts';
import type { Deeds } from '../truth.ts';

interface DecisionsOptions {
  readonly context: WorldContext<Canvases>;
  readonly deeds: Deeds;
  readonly whims: Random;
  readonly meeting: Meeting;
}

/** Of those who lose a right, this share may not even watch any more. */
const removedShare = 0.5;

/** What admins decide: they take a right from somebody in the room, to edit or to be there at all. */
export function createDecisions({ context, deeds, whims, meeting }: DecisionsOptions) {
  const { meter, elapsedMs } = context;

  return async function decide(admin: Member): Promise<void> {
    const { id: by, roomId } = admin.device.person;
    const other = meeting.other(admin, whims.next());
    const role = whims.chance(removedShare) ? undefined : ('viewer' as const);
    if (other === undefined) return;
    const personId = other.device.person.id;
    const current = deeds.roleOf(personId);
    if (current === 'admin' || !isLess(role, current)) return;
    const startedMs = elapsedMs();
    meter.count(measures.decisions);
    try {
      await admin.system.changeAccess({ roomId, personId, role, by });
      meter.record(measures.decision, elapsedMs() - startedMs);
    } catch {
      meter.count(measures.failedDecisions);
    }
  };
}
