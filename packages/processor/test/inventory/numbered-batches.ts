/** Batches of facts that are told by their numbers: the same number, the same rows. */
import { FactBatch } from '../../src/model/facts/fact-batch.ts';
import { fillFacts } from './facts-of.ts';

/** Requests of each. */
export const REQUESTS_OF_BATCH = 40;
const FACTS = new FactBatch();

/** Ids, words that turn out to be a parameter, and routes, in every batch. */
export function batchOf(sequence: number): FactBatch {
  const rows = Array.from({ length: REQUESTS_OF_BATCH }, (_, at) => {
    const number = sequence * REQUESTS_OF_BATCH + at;
    const target = [
      { 'url.path': `/orders/${number}` },
      { 'url.path': `/articles/how-to-number-${number % 97}` },
      { 'url.path': '/told', 'http.route': `/told/${number % 20}` },
    ][at % 3];
    return {
      ...{ 'http.request.method': 'GET', 'http.response.status_code': 200 },
      ...{ 'client.prefix': `client ${number % 1000}`, ...target },
    };
  });
  return fillFacts(FACTS, rows);
}
