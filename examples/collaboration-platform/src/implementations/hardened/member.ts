import { mayEdit, type Role } from '../../domain.ts';
import type { AuditEntry, ClientMessage, Frame, Stamp } from '../../domain/protocol.ts';
import type { CursorChange } from './cursors.ts';

/** The transport under a connection: a WebSocket, or a simulated link. */
export interface Peer {
  send(frame: Frame): void;
  /** Bytes that were sent and that the network has not taken yet. */
  readonly bufferedBytes: number;
  close(): void;
}

/** Who connects, and what they have already. */
export interface Hello {
  readonly personId: string;
  readonly name: string | undefined;
  readonly roomId: string;
  /** Of the replica, in which a viewer writes as soon as they may; `undefined` when there is none. */
  readonly clientId: number | undefined;
  /** State vector of the replica, when there is one: only what is missing is sent. */
  readonly vector: Uint8Array | undefined;
  /** Of that replica. Default: 0. */
  readonly generation?: number;
}

/**
 * One connection to a room. It is joining until its role is known; open; suspended while a decision
 * about it is under way or its permission is out of date, when it is sent nothing and what it sends is
 * held; and closed.
 */
export type MemberState =
  | { readonly kind: 'joining' }
  | { readonly kind: 'open'; readonly role: Role; readonly checkedAtMs: number }
  | { readonly kind: 'suspended'; readonly role: Role }
  | { readonly kind: 'closed' };

/** Above this, a cursor waits: the next update has the newest position anyway. */
const ambientBufferBytes = 2_048;

/** What a suspended member may send before it is taken for broken. */
const heldAtMost = 256;

/** What the server does with a connection. */
export interface MemberHandler {
  receive(member: Member, message: ClientMessage): void;
  lost(member: Member): void;
}

/** A connection and what it is sent. What does not fit is not queued: it becomes a snapshot. */
export class Member {
  readonly hello: Hello;
  readonly peer: Peer;
  /** Counts the connections of the server from 1. */
  readonly number: number;
  state: MemberState = { kind: 'joining' };
  lastHeardMs: number;
  /** Who came or went, and it could not be told. */
  readonly owedPeople = new Set<string>();
  /** The newest of each cursor that moved or went, and it could not be told. */
  readonly owedCursors = new Map<number, CursorChange>();
  /** What happened while this is an admin, and it could not be told; the newest, the oldest first. */
  owedAudit: readonly AuditEntry[] = [];
  readonly #handler: MemberHandler;
  readonly #maxBufferedBytes: number;
  #held: ClientMessage[] | undefined;
  #behindSince: Stamp | undefined;
  #isBehind = false;

  constructor(
    hello: Hello,
    peer: Peer,
    handler: MemberHandler,
    options: {
      readonly number: number;
      readonly nowMs: number;
      readonly maxBufferedBytes: number;
    },
  ) {
    this.hello = hello;
    this.peer = peer;
    this.number = options.number;
    this.lastHeardMs = options.nowMs;
    this.#handler = handler;
    this.#maxBufferedBytes = options.maxBufferedBytes;
  }

  receive(message: ClientMessage): void {
    this.#handler.receive(this, message);
  }

  lost(): void {
    this.#handler.lost(this);
  }

  /** The role in which it is sent things now; none while joining, suspended or closed. */
  get role(): Role | undefined {
    return this.state.kind === 'open' ? this.state.role : undefined;
  }

  /** Whether this is an admin, also one who is suspended and may be none any more. */
  get isAdmin(): boolean {
    const { state } = this;
    return (state.kind === 'open' || state.kind === 'suspended') && state.role === 'admin';
  }

  get mayEdit(): boolean {
    return mayEdit(this.role);
  }

  /** Whether something that it should have had was left out, and a snapshot is due. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** The first edit that was left out. */
  get behindSince(): Stamp | undefined {
    return this.#behindSince;
  }

  /** Sends a change, unless so much waits already that a snapshot later is the shorter way. */
  offer(frame: Frame, first: Stamp | undefined): void {
    if (this.#isBehind) return;
    if (this.peer.bufferedBytes + frame.bytes > this.#maxBufferedBytes) {
      this.#isBehind = true;
      this.#behindSince = first;
      return;
    }
    this.peer.send(frame);
  }

  /** Whether there is room for what the next one makes obsolete. */
  get takesAmbient(): boolean {
    return this.peer.bufferedBytes <= ambientBufferBytes;
  }

  /** Sends what the next one makes obsolete. False when it was left out. */
  offerAmbient(frame: Frame): boolean {
    if (!this.takesAmbient) return false;
    this.peer.send(frame);
    return true;
  }

  /** Whether there is room for the snapshot that is due. */
  get canCatchUp(): boolean {
    return this.#isBehind && this.peer.bufferedBytes < this.#maxBufferedBytes / 8;
  }

  caughtUp(): void {
    this.#isBehind = false;
    this.#behindSince = undefined;
  }

  /** Keeps a message until the role is known. False when it holds too much already. */
  hold(message: ClientMessage): boolean {
    this.#held ??= [];
    this.#held.push(message);
    return this.#held.length <= heldAtMost;
  }

  takeHeld(): readonly ClientMessage[] {
    const held = this.#held ?? [];
    this.#held = undefined;
    return held;
  }
}
