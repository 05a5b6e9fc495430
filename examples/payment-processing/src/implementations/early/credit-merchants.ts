import { noLimit } from '@firedrill/core/services';
import type { Context } from '../../system.ts';

/**
 * Credits the merchant for every callback of a gateway, one for one. Gives back what ends that.
 *
 * Flaw: gateways send a callback at least once, and each is a credit; and a credit that fails is
 * forgotten.
 */
export function creditMerchants({ outside, telemetry }: Context): () => void {
  const { callbacks, database } = outside;
  return callbacks.onMessage((callback) => {
    database
      .creditMerchant(callback, { timeoutMs: noLimit('our own database') })
      .catch((error: unknown) => telemetry.failed(error));
  });
}
