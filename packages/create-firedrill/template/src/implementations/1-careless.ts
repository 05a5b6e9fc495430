import type { Implementation } from '@firedrill/core/scenario';
import { noLimit } from '@firedrill/core/services';
import type { Incident } from '../types.ts';

/** It takes the money again when it got no answer, although the first payment may have gone through. */
export const careless: Implementation<Incident> = {
  name: 'careless',
  week: 1,
  flaw: 'waits for ever, and asks for the money again when there was no answer',
  breaks: ['paid-once', 'buyers-served'],
  create: ({ outside }) => ({
    async buy(cup) {
      const pay = () =>
        outside.till.pay({ cup, once: false }, { timeoutMs: noLimit('a till answers') });
      await pay().catch(pay);
      return 'sold';
    },
    close: async () => {},
  }),
};
