import type { Outside } from '../../system.ts';

/** Gives the vault a new master key now and then, and wraps every data key by the newest. */
export interface Rotation {
  stop(): void;
}

const lookEveryMs = 15_000;
const batchSize = 25;
const callTimeoutMs = 2_000;

/**
 * Which version is due follows from the time since the platform was deployed, and which keys are still
 * wrapped by an older one stands in the database: whoever looks, after whatever crash, goes on where
 * the last one stopped. Records are not touched, only the keys of them.
 */
export function createRotation(
  { kms, records }: Outside,
  options: {
    readonly everyMs: number;
    /** Since the platform was deployed. */
    readonly elapsedMs: () => number;
    readonly onRotated: (keys: number) => void;
  },
): Rotation {
  const { everyMs, elapsedMs, onRotated } = options;
  const limits = { timeoutMs: callTimeoutMs };
  let version = 0;
  let isRotating = false;

  async function rotate(): Promise<void> {
    const due = 1 + Math.floor(elapsedMs() / everyMs);
    // A version that nobody has only asks for the newest.
    if (version === 0) ({ version } = await kms.rotate({ from: 0 }, limits));
    while (version < due) ({ version } = await kms.rotate({ from: version }, limits));
    const { keys } = await records.keysBefore({ masterVersion: version, limit: batchSize }, limits);
    let rotated = 0;
    for (const { patientId, key } of keys) {
      const to = await kms.rewrap({ patientId, key }, limits);
      // A key that was destroyed meanwhile stays destroyed.
      const { replaced } = await records.replaceKey({ patientId, from: key, to }, limits);
      if (replaced) rotated += 1;
    }
    onRotated(rotated);
    if (keys.length === batchSize) await rotate();
  }

  const timer = setInterval(() => {
    if (isRotating) return;
    isRotating = true;
    void rotate()
      .catch(() => {
        // The vault or the database was not to be had: the next look goes on.
      })
      .finally(() => {
        isRotating = false;
      });
  }, lookEveryMs);
  return { stop: () => clearInterval(timer) };
}
