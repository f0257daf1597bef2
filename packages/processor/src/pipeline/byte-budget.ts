/**
 * A bound on bytes held at once, taken before the memory is. Everybody who holds bytes has an account, and
 * the accounts of one client together get a share only, so that one client does not shut out the others.
 */

/** How much there is. */
export interface ByteBudgetLimits {
  readonly bytesMax: number;
  /** For a client with several accounts open; a single one may take all that is left. */
  readonly clientBytesMax: number;
}

interface Client {
  accounts: number;
  bytes: number;
}

/** Counts bytes against the limits. */
export class ByteBudget {
  readonly #limits: ByteBudgetLimits;
  /** Clients with an account open. */
  readonly #clients = new Map<string, Client>();
  #bytes = 0;

  constructor(limits: ByteBudgetLimits) {
    this.#limits = limits;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Opens an account, for one request of a client. Whoever opens it closes it. */
  open(name: string): ByteAccount {
    const client = this.#clients.get(name) ?? { accounts: 0, bytes: 0 };
    this.#clients.set(name, client);
    client.accounts += 1;
    return new ByteAccount({
      take: (bytes) => this.#take(client, bytes),
      close: (bytes) => {
        this.#take(client, -bytes);
        client.accounts -= 1;
        if (client.accounts === 0) this.#clients.delete(name);
      },
    });
  }

  #take(client: Client, bytes: number): boolean {
    if (bytes > 0) {
      const { bytesMax, clientBytesMax } = this.#limits;
      if (this.#bytes + bytes > bytesMax) return false;
      if (client.accounts > 1 && client.bytes + bytes > clientBytesMax) return false;
    }
    this.#bytes += bytes;
    client.bytes += bytes;
    return true;
  }
}

/** What one request holds of a budget. */
export class ByteAccount {
  readonly #budget: { take(bytes: number): boolean; close(bytes: number): void };
  #bytes = 0;
  #isClosed = false;

  constructor(budget: { take(bytes: number): boolean; close(bytes: number): void }) {
    this.#budget = budget;
  }

  /** Takes bytes of the budget, or nothing and false where they do not fit. */
  take(bytes: number): boolean {
    if (this.#isClosed || !this.#budget.take(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Gives back some of what was taken. */
  giveBack(bytes: number): void {
    if (this.#isClosed) return;
    this.#budget.take(-bytes);
    this.#bytes -= bytes;
  }

  /** Gives back everything. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#budget.close(this.#bytes);
  }
}
