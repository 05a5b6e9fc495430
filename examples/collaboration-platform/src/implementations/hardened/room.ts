import * as Y from 'yjs';
import { Canvas } from '../../domain/canvas.ts';
import { isVisible, type Role, type Shape } from '../../domain.ts';
import { type AuditEntry, type Frame, frame, type Stamp } from '../../domain/protocol.ts';
import { type CursorChanges, Cursors, updateOfChanges } from './cursors.ts';
import type { Member } from './member.ts';
import type { StoredRoom } from './rooms.ts';

/** The replica of the server never writes. */
const serverClientId = 0;

/** Of what happened while an admin could not be told, no more is kept for them than a screen shows. */
const owedAuditAtMost = 256;

/**
 * One canvas in the memory of the server, and everybody who has it open.
 *
 * Changes are applied as they come, which is their order in the document, and sent out together at the
 * next flush, in one frame for each kind of receiver: updates of the document for those who may edit,
 * visible shapes for those who watch, audit entries for admins.
 */
export class Room {
  readonly id: string;
  readonly cursors = new Cursors();
  readonly members = new Map<string, Member>();
  /** The document has all of the log up to this position. */
  position = 0;
  /** The document begins anew: what devices send meanwhile is left, and comes again. */
  isTurning = false;
  /** Since when nobody has been here. */
  emptySinceMs: number | undefined;
  #canvas: Canvas;
  /** Updates that are being kept, and who waits for that. */
  #keeping = 0;
  #onAllKept: (() => void) | undefined;
  #updates: Uint8Array[] = [];
  #stamps: Stamp[] = [];
  #touched = new Set<string>();
  #audit: AuditEntry[] = [];
  #joined: string[] = [];
  #left: string[] = [];
  /** Shapes that viewers have been shown. */
  readonly #visible = new Set<string>();
  /** Both as they were last asked for, until the next change. */
  #snapshot: Uint8Array | undefined;
  #vector: Uint8Array | undefined;
  readonly #slow = new Set<Member>();

  constructor(id: string, { document, left }: StoredRoom, nowMs: number) {
    this.id = id;
    this.emptySinceMs = nowMs;
    this.#canvas = canvasOf(document);
    for (const { update, position, generation = 0, isWhole = false } of left) {
      const current = this.#canvas.generation;
      // What is of a former generation is in this one, or was not confirmed.
      if (isWhole && generation > current) this.#canvas = canvasOf(update);
      else if (generation === current) Y.applyUpdate(this.#canvas.doc, update, 'store');
      this.position = position;
    }
    for (const shape of this.canvas.shapes().values()) {
      if (isVisible(shape, 'viewer')) this.#visible.add(shape.id);
    }
    this.#listen();
  }

  get canvas(): Canvas {
    return this.#canvas;
  }

  /** Says that an update is being kept; call what it returns when it is taken over, or is not. */
  keeping(): () => void {
    this.#keeping += 1;
    return () => {
      this.#keeping -= 1;
      if (this.#keeping === 0) this.#onAllKept?.();
    };
  }

  /** Resolves when no update is being kept. */
  async allKept(): Promise<void> {
    if (this.#keeping > 0) await new Promise<void>((resolve) => (this.#onAllKept = resolve));
  }

  /** The document has begun anew: everybody who has it begins anew, too. */
  beginAnew(canvas: Canvas): void {
    this.flush();
    this.#canvas.doc.destroy();
    this.#canvas = canvas;
    this.#listen();
    this.#snapshot = undefined;
    this.#vector = undefined;
    for (const member of this.members.values()) {
      const { role } = member;
      if (role === undefined || role === 'viewer') continue;
      member.offer(this.#stateFor(role, this.snapshot, []), undefined);
      if (member.isBehind) this.#slow.add(member);
    }
  }

  #listen(): void {
    this.#canvas.onChanged((ids) => {
      for (const shapeId of ids) this.#touched.add(shapeId);
    });
  }

  #stateFor(role: Role, update: Uint8Array, stamps: readonly Stamp[]): Frame {
    const { generation } = this.#canvas;
    const state = { type: 'state', role, update, vector: this.#stateVector, stamps } as const;
    return frame(generation === 0 ? state : { ...state, generation });
  }

  /** Whether somebody here could not be sent everything. */
  get hasSlow(): boolean {
    return this.#slow.size > 0;
  }

  /** The whole document as one update. */
  get snapshot(): Uint8Array {
    this.#snapshot ??= Y.encodeStateAsUpdate(this.canvas.doc);
    return this.#snapshot;
  }

  get #stateVector(): Uint8Array {
    this.#vector ??= Y.encodeStateVector(this.canvas.doc);
    return this.#vector;
  }

  /**
   * Takes over a change.
   *
   * @throws Error when the update is not one.
   */
  apply(update: Uint8Array, stamps: readonly Stamp[]): void {
    Y.applyUpdate(this.canvas.doc, update, 'client');
    this.#snapshot = undefined;
    this.#vector = undefined;
    this.#updates.push(update);
    this.#stamps.push(...stamps);
  }

  enter(member: Member, role: Role): void {
    const { personId } = member.hello;
    this.members.set(personId, member);
    this.emptySinceMs = undefined;
    this.#joined.push(personId);
    this.sendWhole(member, role, []);
    const people = [...this.members.keys()];
    // No later news has all of them: it is part of the canvas, and waits behind it.
    member.peer.send(frame({ type: 'people', joined: people, left: [] }));
  }

  leave(member: Member, nowMs: number): void {
    const { personId, clientId } = member.hello;
    if (this.members.get(personId) !== member) return;
    this.members.delete(personId);
    this.#slow.delete(member);
    this.#left.push(personId);
    if (clientId !== undefined) this.cursors.forget(clientId);
    if (this.members.size === 0) this.emptySinceMs = nowMs;
  }

  note(entry: AuditEntry): void {
    this.#audit.push(entry);
  }

  /** Sends everything that a role may see: at the beginning, after a change of role, to the slow. */
  sendWhole(member: Member, role: Role, stamps: readonly Stamp[]): void {
    const { doc } = this.canvas;
    const { vector, generation = 0 } = member.hello;
    const isKnown = vector !== undefined && generation === this.#canvas.generation;
    if (role === 'viewer') {
      const all = [...this.canvas.shapes().values()];
      const shapes = all.filter((shape) => isVisible(shape, role));
      member.peer.send(frame({ type: 'shapes', isWhole: true, shapes, removed: [], stamps }));
    } else {
      const update = isKnown ? Y.encodeStateAsUpdate(doc, vector) : this.snapshot;
      member.peer.send(this.#stateFor(role, update, stamps));
    }
    const cursors = this.cursors.everything(member.owedCursors);
    if (cursors.size > 0) member.peer.send(cursorsFrame(cursors));
    member.owedCursors.clear();
    member.caughtUp();
    this.#slow.delete(member);
  }

  /** Sends what has changed since the last time. */
  flush(): void {
    const [first] = this.#stamps;
    if (first === undefined) return;
    const update = this.#takeUpdate();
    const shapes = this.#takeShapes();
    for (const member of this.members.values()) {
      const { role } = member;
      if (role === undefined) continue;
      // A viewer who is too slow is not told of a draft either, not even that there was an edit.
      if (role !== 'viewer' && update !== undefined) member.offer(update, first);
      else if (role === 'viewer' && shapes !== undefined) member.offer(shapes.frame, shapes.first);
      if (member.isBehind) this.#slow.add(member);
    }
    this.#stamps = [];
  }

  /** Sends a snapshot to each who was too slow and now has room for it; gives their number. */
  catchUp(): number {
    let sent = 0;
    for (const member of this.#slow) {
      const { role, behindSince } = member;
      if (role === undefined || !member.canCatchUp) continue;
      this.sendWhole(member, role, behindSince === undefined ? [] : [behindSince]);
      sent += 1;
    }
    return sent;
  }

  /**
   * Sends where cursors are now, and which have gone; gives the number of those who are too slow to be told, and are
   * owed it the next time.
   */
  flushCursors(): number {
    const moved = this.cursors.takeMoved();
    const news = moved.size === 0 ? undefined : cursorsFrame(moved);
    let leftOut = 0;
    for (const member of this.members.values()) {
      const { role } = member;
      if (role !== undefined && this.#tellCursors(member, moved, news)) continue;
      for (const [clientId, change] of moved) member.owedCursors.set(clientId, change);
      if (role !== undefined) leftOut += 1;
    }
    return leftOut;
  }

  /** Tells a member of cursors that moved, and of those it is owed. False when it is too slow. */
  #tellCursors(member: Member, moved: CursorChanges, news: Frame | undefined): boolean {
    const { owedCursors } = member;
    if (owedCursors.size === 0) return news === undefined || member.offerAmbient(news);
    if (!member.takesAmbient) return false;
    member.peer.send(cursorsFrame(new Map([...owedCursors, ...moved])));
    owedCursors.clear();
    return true;
  }

  /**
   * Who came and went, to all, and what happened, to admins. Says whether somebody could not be told, and is
   * owed it the next time.
   */
  flushNews(): boolean {
    // Whoever came and went since the last time, or the reverse, is told of once, as it is now.
    const joined = this.#joined.filter((id) => this.members.has(id));
    const left = this.#left.filter((id) => !this.members.has(id));
    const news = frame({ type: 'people', joined, left });
    const changed = [...joined, ...left];
    let isOwing = false;
    this.#joined = [];
    this.#left = [];
    const entries = this.#audit;
    const audit = entries.length === 0 ? undefined : frame({ type: 'audit', entries });
    this.#audit = [];
    for (const member of this.members.values()) {
      const { role } = member;
      const isTold = role !== undefined && this.#tellPeople(member, news, changed.length > 0);
      if (!isTold) {
        for (const id of changed) member.owedPeople.add(id);
        isOwing ||= member.owedPeople.size > 0;
      }
      if (!this.#tellAudit(member, entries, audit)) isOwing = true;
    }
    return isOwing;
  }

  /** Tells an admin of what happened, and of what it is owed. False when it is suspended or too slow. */
  #tellAudit(member: Member, entries: readonly AuditEntry[], audit: Frame | undefined): boolean {
    const owed = member.isAdmin ? [...member.owedAudit, ...entries] : [];
    member.owedAudit = owed.slice(-owedAuditAtMost);
    if (owed.length === 0) return true;
    const isOnlyNew = owed.length === entries.length && audit !== undefined;
    const all = isOnlyNew ? audit : frame({ type: 'audit', entries: member.owedAudit });
    if (member.role === undefined || !member.offerAmbient(all)) return false;
    member.owedAudit = [];
    return true;
  }

  /** Tells a member of those who came and went, and of those it is owed. False when it is too slow. */
  #tellPeople(member: Member, news: Frame, hasNews: boolean): boolean {
    const { owedPeople } = member;
    if (!hasNews && owedPeople.size === 0) return true;
    if (hasNews && !member.offerAmbient(news)) return false;
    if (owedPeople.size === 0) return true;
    const ids = [...owedPeople];
    const joined = ids.filter((id) => this.members.has(id));
    const left = ids.filter((id) => !this.members.has(id));
    if (member.offerAmbient(frame({ type: 'people', joined, left }))) owedPeople.clear();
    return owedPeople.size === 0;
  }

  destroy(): void {
    this.canvas.doc.destroy();
  }

  #takeUpdate(): Frame | undefined {
    const [only, ...more] = this.#updates;
    if (only === undefined) return undefined;
    const update = more.length === 0 ? only : Y.mergeUpdates(this.#updates);
    this.#updates = [];
    return frame({ type: 'update', update, stamps: this.#stamps });
  }

  /** For viewers: drafts are left out, and what became a draft is taken away. */
  #takeShapes(): { readonly frame: Frame; readonly first: Stamp | undefined } | undefined {
    if (this.#touched.size === 0) return undefined;
    const shapes: Shape[] = [];
    const removed: string[] = [];
    for (const id of this.#touched) {
      const shape = this.canvas.shape(id);
      if (shape !== undefined && isVisible(shape, 'viewer')) {
        shapes.push(shape);
        this.#visible.add(id);
      } else if (this.#visible.delete(id)) {
        removed.push(id);
      }
    }
    this.#touched.clear();
    if (shapes.length === 0 && removed.length === 0) return undefined;
    const shown = new Set([...shapes.map(({ id }) => id), ...removed]);
    const stamps = this.#stamps.filter(({ shapeId }) => shown.has(shapeId));
    const message = { type: 'shapes', isWhole: false, shapes, removed, stamps } as const;
    return { frame: frame(message), first: stamps[0] };
  }
}

function canvasOf(document: Uint8Array | undefined): Canvas {
  const canvas = new Canvas(serverClientId);
  if (document !== undefined) Y.applyUpdate(canvas.doc, document, 'store');
  return canvas;
}

const cursorsFrame = (changes: CursorChanges): Frame =>
  frame({ type: 'cursors', update: updateOfChanges(changes) });
