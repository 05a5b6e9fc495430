import type { Canvas } from '../../domain/canvas.ts';
import type { Room } from './room.ts';

/** Lets documents begin anew that remember much more than what is on them. */
export interface Compaction {
  /** Looks after a room; called every now and then. */
  look(room: Room): void;
}

export interface CompactionOptions {
  /** Entries beyond those that a document needs. */
  readonly compactAfter: number;
  /** Makes a document durable that has begun anew, behind all that was kept before; resolves to its position. */
  readonly keep: (room: Room, anew: Canvas) => Promise<number>;
  /** The document of the room is this one from now on. */
  readonly turn: (room: Room, anew: Canvas, position: number) => void;
}

/** A shape, its place, its text, what is written there, and its layer. */
const entriesOfShape = 5;

/** Of the generation. */
const entriesBesides = 2;

/** Whoever was away for longer is told of what they did that it cannot be placed any more. */
const endsKept = 8;

/** How much more a document remembers than it needs. */
const surplusOf = ({ entries, size }: Canvas): number =>
  entries - entriesBesides - entriesOfShape * size;

/**
 * A CRDT remembers everything that ever was: each place that a shape was moved from is an entry. When there are too
 * many, the document begins anew, as a new generation that has what is on the canvas and nothing else.
 *
 * The new document goes into the log, as one entry: before it everything is of the former generation, and behind it of
 * the new one. So a crash leaves the one or the other, and what was there before is trimmed when the new document is
 * saved, and not sooner. From the moment on at which it is made until it is in the log nothing else is taken: what
 * devices send meanwhile they do again in the new document, and nobody has confirmed it.
 */
export function createCompaction({ compactAfter, keep, turn }: CompactionOptions): Compaction {
  async function beginAnew(room: Room): Promise<void> {
    room.isTurning = true;
    try {
      await room.allKept();
      const anew = room.canvas.anew(endsKept);
      turn(room, anew, await keep(room, anew));
    } finally {
      room.isTurning = false;
    }
  }

  return {
    look(room) {
      if (!room.isTurning && surplusOf(room.canvas) > compactAfter) void beginAnew(room);
    },
  };
}
