/** A trade as the clearing house books it: shares one way, cash the other, both or neither. */
interface Settlement {
  /** Unique: a settlement that comes again is answered and not booked again. */
  readonly tradeId: string;
  readonly buyer: string;
  readonly seller: string;
  readonly instrument: string;
  readonly quantity: number;
  readonly priceTicks: number;
}

interface Holding {
  /** Ticks. */
  cash: number;
  readonly shares: Map<string, number>;
}

/** Delivery against payment, by double entry: every booking moves as much in as out. */
export class SettlementLedger {
  readonly #holdings = new Map<string, Holding>();
  readonly #settled = new Set<string>();

  /** What an account brings along before the first trade. */
  deposit(account: string, cash: number, shares: Readonly<Record<string, number>>): void {
    const holding = this.#holding(account);
    holding.cash += cash;
    for (const [instrument, quantity] of Object.entries(shares)) {
      addShares(holding, instrument, quantity);
    }
  }

  /** Says whether it was booked now, or had been already. */
  settle(settlement: Settlement): 'booked' | 'already-booked' {
    if (this.#settled.has(settlement.tradeId)) return 'already-booked';
    const { buyer, seller, instrument, quantity, priceTicks } = settlement;
    const cash = quantity * priceTicks;
    this.#holding(buyer).cash -= cash;
    this.#holding(seller).cash += cash;
    addShares(this.#holding(buyer), instrument, quantity);
    addShares(this.#holding(seller), instrument, -quantity);
    this.#settled.add(settlement.tradeId);
    return 'booked';
  }

  /** Cash in ticks and shares of an instrument over all accounts: deposits only change them. */
  totals(instrument: string): { cash: number; shares: number } {
    const totals = { cash: 0, shares: 0 };
    for (const { cash, shares } of this.#holdings.values()) {
      totals.cash += cash;
      totals.shares += shares.get(instrument) ?? 0;
    }
    return totals;
  }

  sharesOf(account: string, instrument: string): number {
    return this.#holdings.get(account)?.shares.get(instrument) ?? 0;
  }

  /** Ticks. */
  cashOf(account: string): number {
    return this.#holdings.get(account)?.cash ?? 0;
  }

  #holding(account: string): Holding {
    let holding = this.#holdings.get(account);
    if (!holding) {
      holding = { cash: 0, shares: new Map() };
      this.#holdings.set(account, holding);
    }
    return holding;
  }
}

function addShares(holding: Holding, instrument: string, quantity: number): void {
  holding.shares.set(instrument, (holding.shares.get(instrument) ?? 0) + quantity);
}
