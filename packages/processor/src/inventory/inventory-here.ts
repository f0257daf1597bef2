/** An inventory without a thread: for a clock that a thread could not share. */
import type { Clock } from '../pipeline/clock.ts';
import { InventoryKeeper } from './inventory-keeper.ts';
import type { StartInventory } from './messages.ts';

/** Begins one beside its consumer. What is said is copied, as it is between threads. */
export function inventoryHere({ clock }: { readonly clock: Clock }): StartInventory {
  return (settings, { onReport, onDeath }) => {
    let isEnded = false;
    let keeper: InventoryKeeper | undefined;
    const soon = (say: () => void): void =>
      queueMicrotask(() => {
        if (!isEnded) say();
      });
    soon(() => {
      try {
        keeper = new InventoryKeeper(structuredClone(settings), {
          clock,
          report: (report) => {
            const copy = structuredClone(report);
            soon(() => onReport(copy));
          },
        });
      } catch (error) {
        soon(() => onDeath(error));
      }
    });
    return {
      post: (request) => {
        const copy = structuredClone(request);
        soon(() => keeper?.receive(copy));
      },
      end: () => {
        isEnded = true;
        keeper?.end();
        return Promise.resolve();
      },
    };
  };
}
