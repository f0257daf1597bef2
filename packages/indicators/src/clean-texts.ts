/** Remembers short texts in which nothing was seen: names of parameters, and most values, come again. */
import { RecentAnswers } from '@spanguard/memory';
import type { Place } from './indicator.ts';

const LIMITS = { answersMax: 8192, charactersMax: 128 };

/**
 * By place: what is a sign in one may be none in another. With each text goes what reading it takes, which
 * its next reader is charged as well: the memory spares time and changes no answer. It holds what clients
 * sent, in this process only, and a text stands whole for itself or not at all.
 */
export type CleanTextsByPlace = Readonly<Record<Place, RecentAnswers<number>>>;

export function cleanTextsByPlace(): CleanTextsByPlace {
  return {
    query: new RecentAnswers(LIMITS),
    path: new RecentAnswers(LIMITS),
    body: new RecentAnswers(LIMITS),
    header: new RecentAnswers(LIMITS),
  };
}

/** What this process remembers. */
export const CLEAN_TEXTS: CleanTextsByPlace = cleanTextsByPlace();
