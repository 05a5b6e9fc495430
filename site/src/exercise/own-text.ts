import { keepText, readKept } from '../../../workshop/src/page/client/editor/kept-text.ts';

/** What a reader has done with an exercise, in this browser. */
export interface OwnText {
  /** Undefined as long as nothing was changed. */
  readonly text: string | undefined;
  readonly isPassed: boolean;
  /** @returns whether the browser keeps it */
  keep(text: string): boolean;
  pass(): void;
  /** Forgets the text, not that the exercise was passed. */
  forget(): void;
}

/** @param id such as `payment-processing/2-freeze` */
export function ownText(id: string): OwnText {
  const textKey = `firedrill-exercise:${id}`;
  const passedKey = `firedrill-passed:${id}`;
  return {
    get text() {
      return readKept(textKey);
    },
    get isPassed() {
      return readKept(passedKey) === 'yes';
    },
    keep: (text) => keepText(textKey, text),
    pass: () => void keepText(passedKey, 'yes'),
    forget: () => void keepText(textKey, undefined),
  };
}
