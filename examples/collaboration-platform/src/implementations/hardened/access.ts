import { type AccessChange, isLess, mayEdit, type Role } from '../../domain.ts';
import { frame } from '../../domain/protocol.ts';
import type { Member } from './member.ts';
import type { PermissionCache } from './permission-cache.ts';
import type { Ports } from './ports.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** Who may be sent what, from one decision to the next. */
export interface Access {
  /** The document and the role, both as they are at one moment. Rejects when they cannot be had. */
  lookUp(personId: string, roomId: string): Promise<{ room: Room; role: Role | undefined }>;
  /**
   * An admin decides about somebody; resolves when the decision is in force.
   *
   * @throws NotAdminError when the one who decides may not.
   */
  change(decision: AccessChange): Promise<void>;
  /** News of a decision, the server's own or another's; the number tells old from new. */
  changed(news: AccessChange & { readonly number: number }): void;
  /** Asks again for a permission that runs out; without an answer nothing is sent any more. */
  refresh(member: Member): Promise<void>;
  /** Sends a member nothing more until its role is known again. */
  suspend(member: Member): void;
}

/** Nobody may decide who is no admin of the canvas. */
export class NotAdminError extends Error {
  override readonly name = 'NotAdminError';
  readonly code = 'NOT_ADMIN';
  readonly personId: string;
  readonly roomId: string;

  constructor(personId: string, roomId: string) {
    super(`Failed to change access to ${roomId}: ${personId} is no admin. Ask one of them.`);
    this.personId = personId;
    this.roomId = roomId;
  }
}

interface AccessOptions {
  /** Writes a decision down, however often it takes to try. */
  readonly decide: Ports['decide'];
  readonly nowMs: Ports['nowMs'];
  readonly count: Ports['count'];
  readonly rooms: Rooms;
  readonly permissions: PermissionCache;
  readonly turnAway: (member: Member) => void;
  /** Handles what a member sent while it was suspended. */
  readonly handleHeld: (member: Member) => void;
  readonly audit: (room: Room, by: string, text: string) => void;
}

export function createAccess(options: AccessOptions): Access {
  const { decide, nowMs, count, rooms, permissions, turnAway, handleHeld, audit } = options;
  const refreshing = new Set<Member>();
  /** The newest decision about each of which admins have heard. */
  const audited = new WeakMap<Member, number>();

  /** A decision is in force: from here on the member is sent what its new role may see. */
  function obey(member: Member, role: Role | undefined): void {
    const room = rooms.loaded(member.hello.roomId);
    const { state } = member;
    if (room === undefined || (state.kind !== 'open' && state.kind !== 'suspended')) return;
    if (role === undefined) {
      turnAway(member);
      return;
    }
    // What has changed so far goes out first: the role of each receiver is that of before.
    room.flush();
    const hasChanged = state.role !== role;
    member.state = { kind: 'open', role, checkedAtMs: nowMs() };
    if (hasChanged) {
      member.peer.send(frame({ type: 'access', role }));
      const { clientId } = member.hello;
      if (clientId !== undefined && !mayEdit(role)) room.cursors.forget(clientId);
      rooms.moved.mark(room);
    }
    // While it was suspended it was sent nothing: now it gets everything that it may see.
    if (hasChanged || state.kind === 'suspended') room.sendWhole(member, role, []);
    handleHeld(member);
  }

  function suspend(member: Member): void {
    const { state } = member;
    if (state.kind !== 'open') return;
    rooms.loaded(member.hello.roomId)?.flush();
    member.state = { kind: 'suspended', role: state.role };
  }

  async function refresh(member: Member): Promise<void> {
    const { personId, roomId } = member.hello;
    if (refreshing.has(member) || permissions.isSuspended(personId, roomId)) return;
    refreshing.add(member);
    try {
      const role = await permissions.renew(personId, roomId);
      if (!permissions.isSuspended(personId, roomId)) obey(member, role);
    } catch {
      count('refreshesFailed');
    } finally {
      refreshing.delete(member);
    }
  }

  function changed(news: AccessChange & { readonly number: number }): void {
    const { roomId, personId, role, by, number } = news;
    if (!permissions.learn(personId, roomId, { role, number })) return;
    const room = rooms.loaded(roomId);
    const member = room?.members.get(personId);
    if (room === undefined || member === undefined) return;
    // Another decision is under way: the member is sent nothing until that one is over. Admins hear of this one.
    if (!permissions.isSuspended(personId, roomId)) obey(member, role);
    if (number <= (audited.get(member) ?? -1)) return;
    audited.set(member, number);
    audit(room, by, `made ${personId} ${role ?? 'leave'}`);
  }

  return {
    async lookUp(personId, roomId) {
      for (;;) {
        const room = await rooms.open(roomId);
        const role = await permissions.roleOf(personId, roomId);
        const isCurrent = permissions.isCurrent(personId, roomId, role);
        if (isCurrent && rooms.loaded(roomId) === room) return { room, role };
      }
    },

    async change(decision) {
      const { roomId, personId, role, by } = decision;
      if ((await permissions.roleOf(by, roomId)) !== 'admin') throw new NotAdminError(by, roomId);
      const current = rooms.loaded(roomId)?.members.get(personId);
      // Whoever is to lose a right is sent nothing more from here on, not even while it is decided.
      const over = permissions.suspend(personId, roomId);
      if (current !== undefined && isLess(role, current.role)) suspend(current);
      try {
        const { number } = await decide(decision);
        over();
        changed({ ...decision, number });
      } catch (error) {
        over();
        // Whether it was written down is unknown: what holds is asked, not guessed.
        if (current !== undefined) void refresh(current);
        throw error;
      }
    },

    changed,
    refresh,
    suspend,
  };
}
