import type { Request } from '../domain.ts';

/** Of a session; minutes here stand for the quarter of an hour of a ward. Times are in ms. */

/** So long nobody does anything, and the session is over. */
export const idleMs = 120_000;

/** So long a second look at who somebody is counts for what is sensitive. */
export const stepUpMs = 90_000;

/** That somebody does something is written down at most this often: the end may come so much earlier. */
export const noteUseEveryMs = 20_000;

/** What a session needs a step-up for: breaking the glass, and erasing. */
export const isSensitive = ({ kind, purpose }: Pick<Request, 'kind' | 'purpose'>): boolean =>
  purpose === 'emergency' || kind === 'erase';

/** What begins, strengthens or ends sessions, and touches no patient. */
export const isOfSessions = ({ purpose }: Pick<Request, 'purpose'>): boolean =>
  purpose === 'session';

/** Whether a page asks by itself: nobody need be there. */
export const isAutomatic = (request: Request): boolean =>
  request.kind === 'read' && request.isAutomatic === true;
