/** An update that will not be kept, however often it is sent. */
export class UpdateRefusedError extends Error {
  override readonly name = 'UpdateRefusedError';
  readonly code = 'UPDATE_REFUSED';

  /** @param reason follows a colon, and is shown to the person whose update it is */
  constructor(reason: string, options?: ErrorOptions) {
    super(
      `Failed to take over an update: ${reason}. Begin anew with what the server has.`,
      options,
    );
  }
}
