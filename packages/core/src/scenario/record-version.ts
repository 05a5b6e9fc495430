/** Version of the run record; it grows when a reader of the record would have to change. */
export const recordVersion = 2;
