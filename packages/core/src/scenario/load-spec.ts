import { constantLoad, type LoadProfile, spikeLoad } from '../workload/index.ts';
import type { Storm } from './scenario.ts';
import type { ExampleTypes } from './types.ts';

/** Shapes that the load of a storm can take instead of its own. */
export const loadShapes = ['constant', 'spike'] as const;
export type LoadShape = (typeof loadShapes)[number];

/** Load in place of the scenario's own, as data. */
export interface LoadSpec {
  /** `constant`: the ordinary rate throughout; `spike`: up to the storm's highest for half of it. */
  readonly shape: LoadShape;
  /** Times the ordinary rate, or the storm's highest in a spike; above 0, at most 100. */
  readonly factor: number;
  /** Length in ms, at least 1,000. */
  readonly durationMs: number;
}

/** The load that a spec stands for, in the rates of this storm. */
export function loadOf<E extends ExampleTypes>(
  spec: LoadSpec,
  storm: Storm<E>,
  settings: E['settings'],
): LoadProfile {
  if (storm.shapedLoad !== undefined) return storm.shapedLoad(spec, settings);
  const { shape, factor, durationMs } = spec;
  const ordinary = storm.ordinaryLoad(settings).maxRatePerSecond;
  if (shape === 'constant') return constantLoad({ ratePerSecond: ordinary * factor, durationMs });
  return spikeLoad({
    basePerSecond: ordinary,
    peakPerSecond: Math.max(ordinary, storm.load(settings).maxRatePerSecond * factor),
    durationMs,
    spikeFromMs: durationMs / 4,
    spikeToMs: (3 * durationMs) / 4,
    rampMs: durationMs / 20,
  });
}

/** `spike,factor=0.5,for=600s`: what {@link parseLoad} reads. */
export const formatLoad = ({ shape, factor, durationMs }: LoadSpec): string =>
  `${shape},factor=${factor},for=${durationMs / 1_000}s`;

/**
 * Reads a load from one argument of a command.
 *
 * @throws RangeError naming the part, its value and what would be valid.
 */
export function parseLoad(text: string): LoadSpec {
  const [shape = '', ...options] = text.split(',');
  const refuse = (what: string): never => {
    throw new RangeError(
      `Failed to read the load "${text}": ${what}. Write for example spike,factor=0.5,for=10m.`,
    );
  };
  const known = loadShapes.find((name) => name === shape);
  if (known === undefined) return refuse(`"${shape}" is no shape; use ${loadShapes.join(' or ')}`);
  let factor = 1;
  let durationMs = 600_000;
  for (const option of options) {
    const [name = '', value = ''] = option.split('=');
    if (name === 'factor') {
      factor = Number(value);
      if (!(value !== '' && factor > 0 && factor <= 100)) {
        return refuse(`factor is "${value}", and has to be above 0 and at most 100`);
      }
    } else if (name === 'for') {
      const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(value);
      const unit = { s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''] ?? 0;
      durationMs = Number(match?.[1] ?? 0) * unit;
      if (!(durationMs >= 1_000 && durationMs <= 86_400_000)) {
        return refuse(`for is "${value}", and has to be from 1s to 24h`);
      }
    } else {
      return refuse(`"${name}" is no option; use factor or for`);
    }
  }
  return { shape: known, factor, durationMs };
}
