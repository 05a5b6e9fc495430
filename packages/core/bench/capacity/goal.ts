/** One measured figure against its goal. */
export interface Goal {
  readonly what: string;
  readonly must: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** What a part of the benchmark found. */
export interface Findings {
  readonly goals: readonly Goal[];
  /** What lies outside its goal, each with the line that runs it alone. */
  readonly misses: readonly Miss[];
  /** Every single figure, for `--json`. */
  readonly cases: readonly object[];
}

export interface Miss {
  readonly what: string;
  /** A command that shows it again. */
  readonly replay: string;
}
