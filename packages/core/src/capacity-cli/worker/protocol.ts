import { z } from 'zod';
import type { Sweep } from '../report/sweeps.ts';

/** Figures as they were typed, by their names on the command line. Empty ones are not there. */
export const planRequestSchema = z.record(z.string().max(40), z.string().max(100));
/** @public The site sends it. */
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** What a form needs to ask for a figure. */
export interface FormInput {
  /** As on the command line, without its dashes: `processing-ms`. */
  readonly name: string;
  readonly label: string;
  /** Empty where it has none. */
  readonly unit: string;
  /** What may be typed: "a number above 0, e.g. 2". Empty where there are choices. */
  readonly range: string;
  readonly choices: readonly string[];
  /** What holds when nothing is typed; empty where nothing does. */
  readonly preset: string;
}

/** What the worker of the calculator says. */
export type PlanMessage =
  | { readonly type: 'inputs'; readonly inputs: readonly FormInput[] }
  | {
      readonly type: 'plan';
      /** The same on the command line. */
      readonly command: string;
      readonly load: readonly string[];
      /** Titles of the pools, and a row for each figure, with its label first. */
      readonly table: readonly (readonly string[])[];
      readonly closing: readonly string[];
    }
  /** Comes after the plan: it takes longer. */
  | { readonly type: 'sweep'; readonly sweep: Sweep }
  | {
      readonly type: 'refused';
      /** As the command line says it. */
      readonly message: string;
      /** The figure that is at fault, by its name; undefined when it is no single one. */
      readonly input: string | undefined;
    };
