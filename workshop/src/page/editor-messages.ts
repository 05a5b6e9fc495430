import { z } from 'zod';

const id = z.string().max(100);
/** A text that comes out of a file as it went in. */
const text = z
  .string()
  .max(100_000)
  .refine((each) => each.isWellFormed(), 'it is no Unicode text');

/** Asks for the file of an exercise. Answered with `OpenedText`. */
export const lookSchema = z.strictObject({ id });

/** Turns to an exercise: its file is made where there is none, and judged. Answered with `OpenedText`. */
export const openSchema = z.strictObject({ id });

/** `version` is that of what the editor began with. Answered with the new one, or with a `Conflict`. */
export const saveSchema = z.strictObject({ id, text, version: z.string().max(100) });
export type SaveMessage = z.infer<typeof saveSchema>;

/** Keeps a text beside the file. Answered with its name, as `copy`. */
export const setAsideSchema = z.strictObject({ id, text });
export type SetAsideMessage = z.infer<typeof setAsideSchema>;

/** Puts the skeleton back. Answered with `ResetText`. */
export const resetSchema = z.strictObject({ id });

/** A learner's file as it stands on the disk; both empty where there is none. */
export interface OpenedText {
  readonly text: string;
  readonly version: string;
}

/** The skeleton, and the name of the copy of what stood there; missing where there was nothing else. */
export interface ResetText extends OpenedText {
  readonly copy?: string;
}

/** The answer to a save that came too late, with status 409: nothing was written. */
export interface Conflict extends OpenedText {
  readonly message: string;
}
