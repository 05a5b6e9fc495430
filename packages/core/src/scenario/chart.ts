import type { Unit } from './record.ts';

/** A chart, in which the measurements that name it share an axis. */
export interface ChartSpec {
  readonly title: string;
  readonly unit: Unit;
  /** Default: linear. */
  readonly scale?: 'linear' | 'log';
  /** What a view without room for all charts leaves out first. Default: false. */
  readonly isAside?: boolean;
}

/** Charts by their keys. */
export type Charts = Readonly<Record<string, ChartSpec>>;
