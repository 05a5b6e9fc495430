import { createTwoFilesPatch } from 'diff';

/** One of two texts, as a difference names it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** From one text to another, as a patch with two lines around each change. */
export function textDifference(from: NamedText, to: NamedText): string {
  const patch = createTwoFilesPatch(from.name, to.name, from.text, to.text, undefined, undefined, {
    context: 2,
  });
  return patch.replace(/^=+\n/, '');
}
