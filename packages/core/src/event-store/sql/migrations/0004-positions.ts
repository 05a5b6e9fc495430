import type { Migration } from './migration.ts';

/**
 * Positions, and the sequence of the outbox likewise, are whole numbers of JavaScript, and never fall back: a sequence that a restore left behind
 * would draw positions that readers have passed, or that are taken.
 */
export const positions: Migration = {
  version: 4,
  name: 'positions',
  statements: [
    `ALTER SEQUENCE es.event_position_seq MAXVALUE 9007199254740991`,
    `CREATE FUNCTION es.refuse_position(drawn bigint, head bigint) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
      RAISE EXCEPTION '% was drawn, and those up to % are taken', drawn, head
        USING ERRCODE = 'FD001';
    END $$`,
    `ALTER FUNCTION es.refuse_change() SET search_path = pg_catalog`,
  ],
};
