/** Shoppers who were given no answer to an order, and press again when they come back. */
export interface Returns {
  /** One of them is back. Gives back what is told whether there was an answer this time. */
  cameBack(orderId: string): (isAnswered: boolean) => void;
  /** Those who had none again, although all that an order needs was well. */
  readonly turnedAway: number;
}

export interface ReturnsOptions {
  readonly elapsedMs: () => number;
  /** Whether everything that an order needs has been well since then. */
  readonly wasWell: (sinceMs: number) => boolean;
  readonly onTurnedAway: (text: string) => void;
}

export function createReturns({ elapsedMs, wasWell, onTurnedAway }: ReturnsOptions): Returns {
  let turnedAway = 0;
  return {
    cameBack(orderId) {
      const sinceMs = elapsedMs();
      return (isAnswered) => {
        if (isAnswered || !wasWell(sinceMs)) return;
        turnedAway += 1;
        onTurnedAway(`${orderId} is pressed again while all is well, and has no answer`);
      };
    },
    get turnedAway() {
      return turnedAway;
    },
  };
}
