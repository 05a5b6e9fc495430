import type { RunFlags } from '../cli/plan-run.ts';
import { describeSettings, parseSettings } from '../cli/settings.ts';
import type { WallFigures } from '../report/html/header-section.ts';
import type { AnyExample } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { faultKindsOf } from '../services/index.ts';
import type { About } from './protocol.ts';

/** Where a run came from: what a page needs to say how it is had again, with something changed. */
export interface RunOrigin {
  readonly flags: RunFlags;
  readonly about: About;
}

/** What a report says of its run beyond the record. */
export interface RunReportOptions {
  /** Without it, as of a saved run, the page does not say how the run is had with something changed. */
  readonly origin?: RunOrigin | undefined;
  /** Figures of the machine, shown beside the run. They differ from machine to machine. */
  readonly wall?: WallFigures | undefined;
}

/** What the script of a report finds in it. */
export interface Enclosed extends RunReportOptions {
  /** Samples that two kept ones stand for; 1 when every sample is there. */
  readonly stretch: number;
}

/** What of an example can be changed and struck. */
export async function describeExample(example: AnyExample): Promise<About> {
  const { settings } = parseSettings(example.settings, []);
  const targets = await faultTargets(example, settings);
  return {
    settings: describeSettings(example.settings),
    targets: targets.map((target) => ({ name: target.name, kinds: faultKindsOf(target) })),
  };
}
