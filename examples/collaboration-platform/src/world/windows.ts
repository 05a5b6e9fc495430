import { sleep } from '@firedrill/core/resilience';
import { ProcessCrashedError, ProcessDownError } from '@firedrill/core/scenario';
import type { Device } from './devices.ts';
import type { Shapes } from '../domain.ts';
import type { CollaborationSystem, Session } from '../system.ts';

/** Whoever finds the page gone loads it again after this, and again when that fails. */
const againAfterMs = 1_000;

/** Whoever has tried so often gives up. */
const triesAtMost = 120;

/** What a person has before them. */
export interface Window extends Session {
  /** Whether there is a page in it. */
  readonly isLoaded: boolean;
}

/** What windows are opened with. */
export interface WindowOptions {
  readonly pages: CollaborationSystem;
  readonly device: Device;
  /** Whether the person may be there. */
  readonly mayEnter: () => boolean;
  /** Tells when the page of the device is gone. */
  readonly onPageGone: (listener: () => void) => void;
  /** Told when the person may not come back to a page that is gone. */
  readonly onShutOut: () => void;
  /** A page is loaded again; call what it returns when it is there. */
  readonly onLoading: () => () => void;
}

/**
 * The window of a person: a page, and when that is gone, as its process has crashed, the page loaded
 * again. Meanwhile there is nothing in it.
 */
export async function openWindow({
  pages,
  device,
  mayEnter,
  onPageGone,
  onShutOut,
  onLoading,
}: WindowOptions): Promise<Window> {
  /** Opens the page, however often it takes to try, unless the person gives up. */
  async function load(givesUp: (error: unknown) => boolean): Promise<Session> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await pages.open(device.person.id);
      } catch (error) {
        if (tried === triesAtMost || givesUp(error)) throw error;
      }
      await sleep(againAfterMs);
    }
  }

  let page = await load((error) => !isDown(error));
  let isLoaded = true;
  let loading: Promise<void> | undefined;

  async function loadAgain(): Promise<void> {
    isLoaded = false;
    page = { ...blank, role: page.role };
    await sleep(againAfterMs);
    const loaded = onLoading();
    try {
      page = await load(() => !mayEnter());
      isLoaded = true;
      loaded();
    } catch {
      page = { ...blank, role: undefined };
      if (!mayEnter()) onShutOut();
    }
  }

  onPageGone(() => {
    // Of a page that is gone while it is loaded, loading has heard.
    if (isLoaded) loading = loadAgain();
  });

  async function close(): Promise<void> {
    for (;;) {
      await loading;
      const closing = page;
      try {
        await closing.close();
        return;
      } catch (error) {
        // What was not sent yet is on the device: the page has to be there once more.
        if (page === closing) throw error;
      }
    }
  }

  return {
    get isLoaded() {
      return isLoaded;
    },
    get role() {
      return page.role;
    },
    edit: (edit) => page.edit(edit),
    moveCursor: (x, y) => page.moveCursor(x, y),
    has: (shapeId) => page.has(shapeId),
    shapes: () => page.shapes(),
    close,
  };
}

const isDown = (error: unknown): boolean =>
  error instanceof ProcessDownError || error instanceof ProcessCrashedError;

const nothing: Shapes = new Map();

const blank: Omit<Session, 'role'> = {
  edit: async () => {
    throw new Error('the page is not loaded');
  },
  moveCursor: () => {},
  has: () => false,
  shapes: () => nothing,
  close: async () => {},
};
