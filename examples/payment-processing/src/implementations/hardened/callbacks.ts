import type { GatewayCallback } from '../../domain.ts';
import { callbackBody, isGenuine } from '../../domain/signatures.ts';
import type { Context } from '../../system.ts';

/** Listens to the gateways, and believes what they have signed. Gives back what ends that. */
export function listenToGateways(
  { outside, settings, clock, telemetry }: Context,
  take: (callback: GatewayCallback) => void,
): () => void {
  const { callbacks, secrets } = outside;
  return callbacks.onMessage(({ signature, ...callback }) => {
    if (settings.signatures) {
      const known = secrets.of('gateway');
      if (!isGenuine(callbackBody(callback), signature, known, clock.now())) {
        telemetry.failed(new ForgedCallbackError(callback.chargeId));
        return;
      }
    }
    take(callback);
  });
}

/** Somebody who is not the gateway, or what the gateway said too long ago. */
class ForgedCallbackError extends Error {
  readonly code = 'CALLBACK_FORGED';

  constructor(chargeId: string) {
    super(
      `Failed to believe a callback about ${chargeId}: its signature is not the gateway's. Ignore it.`,
    );
    this.name = 'ForgedCallbackError';
  }
}
