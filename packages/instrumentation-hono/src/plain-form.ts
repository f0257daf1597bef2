/** Makes a form that can be read of the `FormData` an application parsed. */

const fieldsMax = 128;

/** The texts of a `FormData` by their names; whatever else a body is stays as it is. */
export function plainForm(body: unknown): unknown {
  if (!(body instanceof FormData)) return body;
  const form = new Map<string, string>();
  for (const [name, value] of body) {
    if (form.size >= fieldsMax) break;
    if (typeof value === 'string' && !form.has(name)) form.set(name, value);
  }
  return Object.fromEntries(form);
}
