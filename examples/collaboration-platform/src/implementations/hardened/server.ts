import { createRetry } from '@firedrill/core/resilience';
import * as Y from 'yjs';
import type { AccessChange, Shapes } from '../../domain.ts';
import { Canvas } from '../../canvas.ts';
import { type ClientMessage, frame, type Stamp } from '../../protocol.ts';
import { createAccess } from './access.ts';
import { createJournal } from './journal.ts';
import { type Hello, Member, type MemberHandler, type Peer } from './member.ts';
import { createPermissionCache } from './permission-cache.ts';
import type { Ports, ServerOptions } from './ports.ts';
import { createRooms } from './rooms.ts';
import type { Room } from './room.ts';
import { createSaves } from './saves.ts';

/**
 * The repaired server. It knows nothing of the transport under it: the simulation puts simulated links
 * there, `serve` real WebSockets.
 */
export interface CanvasServer {
  /** A device has connected. What it is sent first says whether it may enter. */
  connect(peer: Peer, hello: Hello): Connection;
  /** An admin decides about somebody; resolves when the decision is in force. */
  changeAccess(change: AccessChange): Promise<void>;
  /** A decision was made, here or elsewhere; news may come twice and in any order. */
  onAccessChanged(change: AccessChange & { readonly number: number }): void;
  canvas(roomId: string): Promise<Shapes>;
  isPresent(roomId: string, personId: string): boolean;
  /** Edits that history does not have, and documents that are not saved. */
  readonly backlog: number;
  readonly members: number;
  readonly rooms: number;
  /** Takes nothing new; resolves when everything is in the history and saved. */
  close(): Promise<void>;
}

/** One connection, as the transport sees it. */
export interface Connection {
  receive(message: ClientMessage): void;
  /** The transport noticed that the connection is gone. */
  lost(): void;
}

const retryOptions = {
  maxAttempts: 6,
  backoff: { initialMs: 100, maxMs: 2_000, factor: 2, jitter: 'full' },
} as const;

/** A room that nobody has open is kept this long, for those who come right back. */
const emptyRoomMs = 30_000;

/** A permission is asked for again when this share of its time is over, so that it never runs out. */
const refreshAfterShare = 0.8;

export function createCanvasServer(ports: Ports, options: ServerOptions): CanvasServer {
  const { count, nowMs, random } = ports;
  const journal = createJournal(ports);
  const saves = createSaves(ports, options);
  const retry = createRetry({ ...retryOptions, random });
  const rooms = createRooms({ load: (id) => retry.execute(() => ports.load(id)), nowMs });
  const permissions = createPermissionCache({
    ask: (personId, roomId) => retry.execute(() => ports.checkPermission(personId, roomId)),
    ttlMs: options.permissionTtlMs,
    nowMs,
  });
  const access = createAccess({
    decide: (decision) => retry.execute(() => ports.decide(decision)),
    nowMs,
    count,
    rooms,
    permissions,
    turnAway,
    handleHeld,
    audit,
  });

  function remove(member: Member, why: string): void {
    if (member.state.kind === 'closed') return;
    member.state = { kind: 'closed' };
    const room = rooms.loaded(member.hello.roomId);
    if (room?.members.get(member.hello.personId) !== member) return;
    room.leave(member, nowMs());
    rooms.moved.mark(room);
    audit(room, member.hello.personId, why);
  }

  function audit(room: Room, by: string, text: string): void {
    room.note({ atMs: nowMs(), by, text });
    rooms.news.mark(room);
  }

  function turnAway(member: Member): void {
    member.peer.send(frame({ type: 'access', role: undefined }));
    remove(member, 'lost access');
  }

  /** Lets a member in as soon as its role and the document are there. */
  async function admit(member: Member): Promise<void> {
    const { personId, roomId } = member.hello;
    const found = await access.lookUp(personId, roomId).catch(() => undefined);
    // It may have left meanwhile, or come a second time.
    if (member.state.kind !== 'joining') return;
    if (found === undefined) {
      // Without an answer nobody is let in; the device tries again.
      count('admissionsFailed');
      drop(member);
      return;
    }
    const { room, role } = found;
    if (role === undefined) {
      turnAway(member);
      return;
    }
    const former = room.members.get(personId);
    if (former !== undefined) remove(former, 'connected again');
    member.state = { kind: 'open', role, checkedAtMs: nowMs() };
    // What has changed so far is in the canvas that the newcomer gets; it is news to the others only.
    room.flush();
    room.enter(member, role);
    audit(room, personId, `entered as ${role}`);
    handleHeld(member);
  }

  function handleHeld(member: Member): void {
    for (const message of member.takeHeld()) receive(member, message);
  }

  function receive(member: Member, message: ClientMessage): void {
    member.lastHeardMs = nowMs();
    switch (message.type) {
      case 'ping':
        member.peer.send(frame({ type: 'pong' }));
        return;
      case 'bye':
        remove(member, 'left');
        return;
      case 'cursor':
        moveCursor(member, message.update);
        return;
      case 'update':
        if (member.state.kind === 'open') change(member, message.update, message.stamps);
        else if (member.state.kind !== 'closed' && !member.hold(message)) drop(member);
        return;
      default:
        throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`);
    }
  }

  /** Ends a connection that makes no sense; the device connects again and gets everything anew. */
  function drop(member: Member): void {
    count('connectionsDropped');
    remove(member, 'was disconnected');
    member.peer.close();
  }

  function change(member: Member, update: Uint8Array, stamps: readonly Stamp[]): void {
    const { personId, roomId } = member.hello;
    const room = rooms.loaded(roomId);
    if (room === undefined) return;
    if (!member.mayEdit) {
      // The notice that took the right away has been sent: the device knows what to do.
      audit(room, personId, `was refused ${stamps.length} edits`);
      return;
    }
    // Whose edits they are is not for the device to say.
    const own = stamps.map((stamp) => (stamp.by === personId ? stamp : { ...stamp, by: personId }));
    try {
      room.apply(update, own);
    } catch {
      drop(member);
      return;
    }
    member.peer.send(frame({ type: 'ack', edits: own.map(({ id }) => id) }));
    journal.record(roomId, own);
    saves.changed(room);
    rooms.changed.mark(room);
  }

  function moveCursor(member: Member, update: Uint8Array): void {
    const { roomId, clientId } = member.hello;
    const room = rooms.loaded(roomId);
    if (room === undefined || clientId === undefined || !member.mayEdit) return;
    try {
      room.cursors.receive(clientId, update);
    } catch {
      drop(member);
      return;
    }
    rooms.moved.mark(room);
  }

  function lookAfter(room: Room): void {
    const now = nowMs();
    for (const member of room.members.values()) {
      const { state } = member;
      if (now - member.lastHeardMs > options.lostAfterMs) {
        count('lostConnections');
        remove(member, 'was lost');
        member.peer.close();
      } else if (state.kind === 'open') {
        const age = now - state.checkedAtMs;
        if (age > refreshAfterShare * options.permissionTtlMs) void access.refresh(member);
        if (age > options.permissionTtlMs) access.suspend(member);
      } else if (state.kind === 'suspended') {
        void access.refresh(member);
      }
    }
    const isIdle = room.emptySinceMs !== undefined && now - room.emptySinceMs > emptyRoomMs;
    if (isIdle && !saves.isDirty(room)) rooms.close(room);
  }

  const handler: MemberHandler = {
    receive,
    lost: (member) => remove(member, 'was lost'),
  };

  const timers = [
    setInterval(() => {
      for (const room of rooms.changed.take()) {
        room.flush();
        if (room.hasSlow) rooms.slow.mark(room);
      }
    }, options.flushMs),
    setInterval(() => {
      for (const room of rooms.moved.take()) {
        if (room.cursors.hasMoved) count('cursorsLeftOut', room.flushCursors());
      }
      for (const room of rooms.slow.take()) {
        count('snapshotsToSlow', room.catchUp());
        if (room.hasSlow) rooms.slow.mark(room);
      }
    }, options.cursorMs),
    setInterval(() => {
      for (const room of rooms.news.take()) room.flushNews();
      for (const room of rooms.all()) lookAfter(room);
    }, options.statusMs),
    setInterval(() => permissions.sweep(), options.permissionTtlMs),
  ];

  return {
    connect(peer, hello) {
      const { maxBufferedBytes } = options;
      const member = new Member(hello, peer, handler, { nowMs: nowMs(), maxBufferedBytes });
      void admit(member);
      return member;
    },

    changeAccess: (decision) => access.change(decision),
    onAccessChanged: (news) => access.changed(news),

    async canvas(roomId) {
      const room = rooms.loaded(roomId);
      if (room !== undefined) return room.canvas.shapes();
      const stored = new Canvas(0);
      const document = await ports.load(roomId);
      if (document !== undefined) Y.applyUpdate(stored.doc, document);
      return stored.shapes();
    },

    isPresent: (roomId, personId) => rooms.loaded(roomId)?.members.has(personId) === true,

    get backlog() {
      return journal.pending + saves.pending;
    },
    get members() {
      let members = 0;
      for (const room of rooms.all()) members += room.members.size;
      return members;
    },
    get rooms() {
      return rooms.size;
    },

    async close() {
      await journal.close();
      await saves.close();
      for (const timer of timers) clearInterval(timer);
      for (const room of rooms.all()) rooms.close(room);
    },
  };
}
