import { sleep } from '@firedrill/core/resilience';
import { createHooks } from '@firedrill/core/hooks';
import type { Ports, ServerOptions } from './ports.ts';
import type { Room } from './room.ts';

/** Saves documents: each some time after it changed, however often it changed in between. */
export interface Saves {
  changed(room: Room): void;
  isDirty(room: Room): boolean;
  /** Documents with changes that are not saved. */
  readonly pending: number;
  /** Resolves when everything is saved, or nothing could be for too long. */
  close(): Promise<void>;
}

interface SaveEvents {
  readonly 'save.due': Room;
}

/** Several times what the store takes when it is slow; then the attempt counts as failed. */
const saveTimeoutMs = 10_000;

/** What the pool has no room for, and what failed, is due again after this. */
const againAfterMs = 1_000;

/** After the last edit, unsaved documents get this long to find the store well again. */
const closeTimeoutMs = 180_000;

/**
 * @param onSaved what is stored has all of the log up to this position
 *
 * A document is clean; dirty, with a save to come; or being saved. Changes made while it is being
 * saved make it dirty again. One that could not be saved is dirty, so that nothing is lost by it: the
 * next save has everything.
 */
export function createSaves(
  ports: Ports,
  options: ServerOptions,
  onSaved: (room: Room, position: number) => void = () => undefined,
): Saves {
  const { count, nowMs, random } = ports;
  const dirty = new Set<Room>();
  /** Saves that are queued or under way, by room. */
  const saving = new Map<Room, number>();
  const hooks = createHooks<SaveEvents>({
    workers: options.saveWorkers,
    queueSize: options.saveWorkers,
    timeoutMs: saveTimeoutMs,
    onDeadLetter: ({ data }) => {
      count('savesFailed');
      finished(data);
      later(data, againAfterMs);
    },
  });
  hooks.registry.hook('save.due', async (room) => {
    dirty.delete(room);
    const { position } = room;
    await ports.save(room.id, room.snapshot);
    onSaved(room, position);
    count('saved');
    finished(room);
  });

  function finished(room: Room): void {
    const left = (saving.get(room) ?? 1) - 1;
    if (left === 0) saving.delete(room);
    else saving.set(room, left);
  }

  function later(room: Room, delayMs: number): void {
    if (dirty.has(room)) return;
    dirty.add(room);
    setTimeout(submit, delayMs, room);
  }

  function submit(room: Room): void {
    count('savesDue');
    if (hooks.emit('save.due', room, { key: room.id }).admitted) {
      saving.set(room, (saving.get(room) ?? 0) + 1);
      return;
    }
    count('savesRefused');
    setTimeout(submit, againAfterMs, room);
  }

  const pending = (): number => new Set([...dirty, ...saving.keys()]).size;

  return {
    changed(room) {
      // Spread evenly: documents that were changed at the same moment are not saved at the same one.
      later(room, options.saveEveryMs * random());
    },
    isDirty: (room) => dirty.has(room) || saving.has(room),
    get pending() {
      return pending();
    },
    async close() {
      const giveUpAtMs = nowMs() + closeTimeoutMs;
      while (pending() > 0 && nowMs() < giveUpAtMs) await sleep(againAfterMs / 4);
      await hooks.close();
    },
  };
}
