import type { WorldContext } from '@firedrill/core/scenario';
import { createGateways, type Gateways } from './truth/gateways.ts';
import { createHearsay, type Hearsay } from './truth/hearsay.ts';
import { createMessages, type Messages } from './truth/messages.ts';
import { createOrders, type Orders } from './truth/orders.ts';
import { createTellings, type Tellings } from './truth/tellings.ts';
import type { Aftermath } from './truth/aftermath.ts';
import type { Keys } from './truth/keys.ts';
import type { Ledger } from './truth/ledger.ts';
import type { Settlement } from './truth/settlement.ts';
import type { Signatures } from './truth/signatures.ts';
import type { Taint } from './truth/taint.ts';
import type { Endpoints } from './services/endpoints.ts';
import type { Tables } from './services/database.ts';
import type { Merchants } from './services/merchants.ts';
import type { Attempts } from './world.ts';
import type { Payments } from './types.ts';

/**
 * What really happened, as the world outside knows it. No implementation can read or change it; the
 * rules compare with it.
 */
export interface Truth {
  /** What customers ordered, who of them should pay, and what they were told. */
  readonly orders: Orders;
  /** The money: authorisations, charges and credits. */
  readonly gateways: Gateways;
  /** What merchants, auditors and mailboxes heard of each payment. */
  readonly hearsay: Hearsay;
  /** What auditors, the risk desk, analytics and customers read. */
  readonly messages: Messages;
  /** How often those outside are told, how soon again, and in which order. */
  readonly tellings: Tellings;
  /** What became of idempotency keys that were used more than once. */
  readonly keys: Keys;
  /** The platform's ledger, watched at every line. */
  readonly ledger: Ledger;
  /** Refunds and disputes. */
  readonly aftermath: Aftermath;
  /** The acquirers' files. */
  readonly settlement: Settlement;
  /** Where card numbers have been seen. */
  readonly taint: Taint;
  /** Who signs what, and who only seems to. */
  readonly signatures: Signatures;
  /** The platform's own tables. */
  readonly tables: Tables;
  readonly merchants: Merchants;
  /** Attempts to pay that are under way. */
  readonly attempts: Attempts;
}

/** What is true outside of the platform's own database. */
export function createTruth(
  context: WorldContext<Payments>,
  endpoints: Endpoints,
): Pick<Truth, 'orders' | 'gateways' | 'hearsay' | 'messages' | 'tellings'> {
  const orders = createOrders(context);
  const gateways = createGateways(context, orders);
  const tellings = createTellings(context);
  return {
    orders,
    gateways,
    hearsay: createHearsay(context, { orders, gateways, tellings, endpoints }),
    tellings,
    messages: createMessages(context, orders, gateways),
  };
}
