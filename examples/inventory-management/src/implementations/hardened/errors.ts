/** So many others changed the row that no attempt to reserve got through. Nothing was reserved. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly code = 'PRODUCT_BUSY';
  readonly productId: string;
  readonly attempts: number;

  constructor(productId: string, attempts: number) {
    super(
      `Failed to reserve ${productId}: its stock changed during each of ${attempts} attempts. ` +
        'Try again in a moment.',
    );
    this.productId = productId;
    this.attempts = attempts;
  }
}
