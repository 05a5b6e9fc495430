import { createRetry, outcomeOf, sleep } from '@firedrill/core/resilience';
import * as Y from 'yjs';
import { type Canvas, isUpdate } from '../../domain/canvas.ts';
import type { AccessChange, Shapes } from '../../domain.ts';
import { type ClientMessage, frame } from '../../domain/protocol.ts';
import { createAccess } from './access.ts';
import { Cadence } from './cadence.ts';
import { createCompaction } from './compaction.ts';
import { createEditLog, type EditLog } from './edit-log.ts';
import { createJournal } from './journal.ts';
import { type Hello, Member, type MemberHandler, type Peer } from './member.ts';
import { createPermissionCache } from './permission-cache.ts';
import type { KeptUpdate, Ports, ServerOptions } from './ports.ts';
import { createRooms, type StoredRoom } from './rooms.ts';
import { Room } from './room.ts';
import { createSaves } from './saves.ts';
import { UpdateRefusedError } from './update-refused.ts';

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
  /** Edits that are not kept or that history does not have, and documents that are not saved. */
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

/** Between two rounds of attempts to read what a crash has left. */
const takeUpAgainMs = 1_000;

/** What a crash has left, and what is being kept, gets this long when the server closes. */
const closeTimeoutMs = 180_000;
const closeEveryMs = 250;

/** A room that nobody has open is kept this long, for those who come right back. */
const emptyRoomMs = 30_000;

/** A permission is asked for again when this share of its time is over, so that it never runs out. */
const refreshAfterShare = 0.8;

/** The parts of the server: each is made by a function of its own, and may be replaced. */
export const serverParts = {
  createAccess,
  createCompaction,
  createEditLog,
  createJournal,
  createPermissionCache,
  createSaves,
};

export type ServerParts = typeof serverParts;

export function createCanvasServer(
  ports: Ports,
  options: ServerOptions,
  parts: ServerParts = serverParts,
): CanvasServer {
  const { count, nowMs, random } = ports;
  const journal = parts.createJournal(ports);
  const log = parts.createEditLog(ports);
  /** Makes an update durable before it is acknowledged. */
  const keep = ports.keep ?? (log && keepingUpdates(log));
  const saves = parts.createSaves(ports, options, (room, position) =>
    log?.saved(room.id, position),
  );
  const retry = createRetry({ ...retryOptions, random });
  const rooms = createRooms({ load, onOpened: takeUp, nowMs });
  const permissions = parts.createPermissionCache({
    ask: (personId, roomId) => retry.execute(() => ports.checkPermission(personId, roomId)),
    ttlMs: options.permissionTtlMs,
    nowMs,
  });
  const access = parts.createAccess({
    decide: (decision) => retry.execute(() => ports.decide(decision)),
    nowMs,
    count,
    rooms,
    permissions,
    turnAway,
    handleHeld,
    audit,
  });

  const { compactAfter = 0 } = options;
  const compaction =
    log === undefined || compactAfter === 0
      ? undefined
      : parts.createCompaction({
          compactAfter,
          keep: ({ id }, anew) => log.keep(id, wholeOf(anew)),
          turn: (room, anew, position) => within(room, () => turn(room, anew, position)),
        });

  function turn(room: Room, anew: Canvas, position: number): void {
    if (rooms.loaded(room.id) !== room) return;
    room.beginAnew(anew);
    room.position = position;
    log?.recorded(room.id, position);
    saves.changed(room);
  }

  /** The log first: what is trimmed while the document is read is in the document. */
  async function load(roomId: string): Promise<StoredRoom> {
    const left = log === undefined ? [] : await retry.execute(() => log.left(roomId));
    return { document: await retry.execute(() => ports.load(roomId)), left };
  }

  /** What a crash has left: before anything new, so that the history keeps its order. */
  function takeUp(room: Room, { left }: StoredRoom): void {
    log?.takeUp(
      room.id,
      left.map(({ position }) => position),
    );
    for (const { stamps, position } of left) {
      journal.record(room.id, stamps, {
        onRecorded: () => log?.recorded(room.id, position),
        isLeft: true,
      });
    }
    if (left.length > 0) saves.changed(room);
  }

  /** Rooms in which a crash has left something, whether or not somebody comes back to them. */
  async function takeUpAll(): Promise<void> {
    if (log === undefined) return;
    const roomIds = await untilDone(() => log.roomsLeft());
    for (const roomId of roomIds) await untilDone(() => rooms.open(roomId));
  }

  async function untilDone<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await retry.execute(work);
      } catch (error) {
        if (outcomeOf(error) === undefined) throw error;
        await sleep(takeUpAgainMs);
      }
    }
  }

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
    // A connection that was given up may be let in after the one that took its place.
    if (former !== undefined && former.number > member.number) {
      drop(member);
      return;
    }
    if (former !== undefined) {
      remove(former, 'connected again');
      former.peer.close();
    }
    member.state = { kind: 'open', role, checkedAtMs: nowMs() };
    // What has changed so far is in the canvas that the newcomer gets; it is news to the others only.
    room.flush();
    room.enter(member, role);
    audit(room, personId, `entered as ${role}`);
    handleHeld(member);
  }

  function handleHeld(member: Member): void {
    // What was held is old: its sender may have gone since.
    for (const message of member.takeHeld()) handle(member, message);
  }

  function receive(member: Member, message: ClientMessage): void {
    member.lastHeardMs = nowMs();
    handle(member, message);
  }

  function handle(member: Member, message: ClientMessage): void {
    // Whoever hears nothing any more connects again.
    if (member.state.kind === 'closed') return;
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
        if (member.state.kind === 'open') change(member, message);
        else if (!member.hold(message)) drop(member);
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

  function change(member: Member, message: UpdateMessage): void {
    const { update, stamps, generation = 0 } = message;
    const { personId, roomId } = member.hello;
    const room = rooms.loaded(roomId);
    if (room === undefined) return;
    if (!member.mayEdit) {
      // The notice that took the right away has been sent: the device knows what to do.
      audit(room, personId, `was refused ${stamps.length} edits`);
      return;
    }
    // The device has been sent the document that has begun anew, or will be, and does it again there.
    if (room.isTurning || generation !== room.canvas.generation) return;
    // Whose edits they are is not for the device to say.
    const own = stamps.map((stamp) => (stamp.by === personId ? stamp : { ...stamp, by: personId }));
    const kept = { personId, update, stamps: own, ...(generation > 0 && { generation }) };
    if (keep === undefined) accept(member, room, kept, undefined);
    else void keepFirst(member, keep, kept).finally(room.keeping());
  }

  async function keepFirst(
    member: Member,
    first: (roomId: string, update: KeptUpdate) => Promise<number | void>,
    kept: KeptUpdate,
  ): Promise<void> {
    const { roomId } = member.hello;
    const edits = kept.stamps.map(({ id }) => id);
    let position: number | void;
    try {
      position = await first(roomId, kept);
    } catch (error) {
      if (!(error instanceof UpdateRefusedError)) drop(member);
      else member.peer.send(frame({ type: 'refused', edits, reason: error.message }));
      return;
    }
    // What is durable is taken over whatever was decided meanwhile: it came before.
    const room = rooms.loaded(roomId);
    if (room === undefined) member.peer.send(frame({ type: 'ack', edits }));
    else within(room, () => accept(member, room, kept, position));
  }

  /** Takes an update over that may be kept: its sender is told so, and the others of the update. */
  function accept(
    member: Member,
    room: Room,
    { update, stamps }: KeptUpdate,
    position: number | void,
  ): void {
    try {
      room.apply(update, stamps);
    } catch {
      drop(member);
      return;
    }
    member.peer.send(frame({ type: 'ack', edits: stamps.map(({ id }) => id) }));
    if (typeof position === 'number') {
      room.position = position;
      journal.record(room.id, stamps, { onRecorded: () => log?.recorded(room.id, position) });
    } else {
      journal.record(room.id, stamps);
    }
    saves.changed(room);
    rooms.changed.mark(room);
  }

  /** Does something for one room; what goes wrong there ends there. */
  function within(room: Room, work: (room: Room) => void): void {
    try {
      work(room);
    } catch (error) {
      ports.onFault(room.id, error);
      rooms.close(room);
      for (const member of room.members.values()) {
        member.state = { kind: 'closed' };
        member.peer.close();
      }
    }
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
    compaction?.look(room);
    if (isIdle && !room.isTurning && !saves.isDirty(room) && log?.isBusy(room.id) !== true)
      rooms.close(room);
  }

  /** Whether something is to be read from the log, or is not in it yet. */
  const isKeeping = (): boolean => isTakingUp || (log?.pending ?? 0) > 0;
  let isTakingUp = log !== undefined;
  void takeUpAll().finally(() => {
    isTakingUp = false;
  });

  let connected = 0;
  const handler: MemberHandler = {
    receive(member, message) {
      const room = rooms.loaded(member.hello.roomId);
      if (room === undefined) receive(member, message);
      else within(room, () => receive(member, message));
    },
    lost: (member) => remove(member, 'was lost'),
  };

  const cursorBeat = new Cadence(options.cursorMs);
  const timers = [
    setInterval(() => {
      for (const room of rooms.changed.take()) {
        within(room, () => room.flush());
        if (room.hasSlow) rooms.slow.mark(room);
      }
    }, options.flushMs),
    setInterval(() => {
      const moved = cursorBeat.tick(nowMs()) ? rooms.moved.take() : [];
      for (const room of moved) {
        within(room, () => {
          const leftOut = room.flushCursors();
          count('cursorsLeftOut', leftOut);
          if (leftOut > 0) rooms.moved.mark(room);
        });
      }
      for (const room of rooms.slow.take()) {
        within(room, () => count('snapshotsToSlow', room.catchUp()));
        if (room.hasSlow) rooms.slow.mark(room);
      }
    }, options.cursorMs),
    setInterval(() => {
      for (const room of rooms.news.take()) {
        within(room, () => {
          if (room.flushNews()) rooms.news.mark(room);
        });
      }
      for (const room of rooms.all()) within(room, lookAfter);
    }, options.statusMs),
    setInterval(() => permissions.sweep(), options.permissionTtlMs),
  ];

  return {
    connect(peer, hello) {
      const { maxBufferedBytes } = options;
      connected += 1;
      const member = new Member(hello, peer, handler, {
        number: connected,
        nowMs: nowMs(),
        maxBufferedBytes,
      });
      admit(member).catch((error: unknown) => {
        ports.onFault(hello.roomId, error);
        drop(member);
      });
      return member;
    },

    changeAccess: (decision) => access.change(decision),
    onAccessChanged: (news) => access.changed(news),

    async canvas(roomId) {
      const room = rooms.loaded(roomId);
      if (room !== undefined) return room.canvas.shapes();
      return new Room(roomId, await load(roomId), nowMs()).canvas.shapes();
    },

    isPresent: (roomId, personId) => rooms.loaded(roomId)?.members.has(personId) === true,

    get backlog() {
      return journal.pending + saves.pending + (log?.pending ?? 0);
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
      const giveUpAtMs = nowMs() + closeTimeoutMs;
      while (isKeeping() && nowMs() < giveUpAtMs) await sleep(closeEveryMs);
      await journal.close();
      await saves.close();
      for (const timer of timers) clearInterval(timer);
      for (const room of rooms.all()) rooms.close(room);
    },
  };
}

type UpdateMessage = ClientMessage & { readonly type: 'update' };

/** A document that has begun anew, as it is kept: nobody's, and no edit. */
const wholeOf = (anew: Canvas): KeptUpdate => ({
  personId: '',
  update: Y.encodeStateAsUpdate(anew.doc),
  stamps: [],
  generation: anew.generation,
  isWhole: true,
});

/** Keeps only what is an update: all that the log holds is applied whenever the room is opened. */
const keepingUpdates =
  (log: EditLog): EditLog['keep'] =>
  async (roomId, kept) => {
    if (!isUpdate(kept.update)) {
      throw new TypeError(`Failed to keep an update of ${roomId}: no document can take it.`);
    }
    return log.keep(roomId, kept);
  };
