import type { Person } from '../world/people.ts';

/** The person has no right to do what they asked for. */
export class AccessDeniedError extends Error {
  override readonly name = 'AccessDeniedError';
  readonly code = 'ACCESS_DENIED';
  readonly personId: string;
  readonly roomId: string;

  constructor({ id, roomId }: Pick<Person, 'id' | 'roomId'>, action: 'enter' | 'edit') {
    super(`Failed to ${action} ${roomId}: ${id} has no right to. Ask an admin of the canvas.`);
    this.personId = id;
    this.roomId = roomId;
  }
}
