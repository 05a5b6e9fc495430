/** Work was refused because it is being closed, or is closed. It was not promised. */
export class WorkClosedError extends Error {
  override readonly name = 'WorkClosedError';
  readonly code = 'WORK_CLOSED';
  readonly outcome = 'failure';

  constructor() {
    super(
      'Failed to take on work: it is closed. Open it again on the same store, which still has ' +
        'what was left.',
    );
  }
}

/** Other work was promised under the same id. Nothing was changed. */
export class WorkConflictError extends Error {
  override readonly name = 'WorkConflictError';
  readonly code = 'WORK_CONFLICT';
  readonly outcome = 'failure';
  readonly id: string;

  constructor(id: string) {
    super(
      `Failed to take on work "${id}": other work is kept under this id. ` +
        'Derive the id from what is to be done, and for whom.',
    );
    this.id = id;
  }
}
