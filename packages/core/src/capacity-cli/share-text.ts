import { formatValue } from '../scenario/format.ts';

/**
 * A share for people, to three digits below 10 %: what is dropped is held against targets such as
 * 0.1 %. Less than one in a hundred thousand is said to be just that: no model is good for more.
 */
export function shareText(share: number | undefined): string {
  if (share === undefined || !(share > 0 && share < 0.1)) return formatValue(share, 'ratio');
  return share < 1e-5 ? '<0.001 %' : `${Number((share * 100).toPrecision(3))} %`;
}
