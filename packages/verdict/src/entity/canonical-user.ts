/** One spelling for one user, whatever a person typed or an SDK sent. */

/**
 * The form a user is counted and fingerprinted by: composed Unicode (NFC), without blanks around it, in lower
 * case. People type `Alice@Example.com` and ` alice@example.com `; identity providers treat both as one. What is
 * shown stays as it came. `undefined` where nothing is left.
 */
export function canonicalUser(text: string): string | undefined {
  const canonical = text.normalize('NFC').trim().toLowerCase();
  return canonical === '' ? undefined : canonical;
}
