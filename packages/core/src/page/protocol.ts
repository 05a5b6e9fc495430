import { z } from 'zod';
import type { RunRecord } from '../scenario/record.ts';
import type { SettingInfo } from '../cli/settings.ts';
import { scenarioNames } from '../scenario/scenario.ts';

const text = z.string().max(500);
const texts = z.array(text).max(50);

/** What decides a run, in the words of the command line: one field for each flag. */
export const runRequestSchema = z.strictObject({
  scenario: z.enum(scenarioNames),
  seed: z.int().min(0).max(0xffff_ffff),
  implementation: z.array(text).max(5).readonly().optional(),
  set: texts.readonly(),
  fault: texts.readonly(),
  calm: z.boolean(),
  load: text.optional(),
  proof: z.boolean(),
  why: z.boolean(),
});

/** A run that a page asks its worker for: flags of the command, checked by `runRequestSchema`. */
export type RunRequest = Readonly<z.infer<typeof runRequestSchema>>;

/** What of an example can be changed and struck. */
export interface About {
  readonly settings: readonly SettingInfo[];
  readonly targets: readonly { readonly name: string; readonly kinds: readonly string[] }[];
}

/** What a worker says of the run that it was asked for. */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly about: About }
  | { readonly type: 'records'; readonly records: readonly RunRecord[] }
  | { readonly type: 'finished' }
  /** `isInput`: the request was refused, with a sentence that says what to do. */
  | { readonly type: 'failed'; readonly message: string; readonly isInput: boolean };
