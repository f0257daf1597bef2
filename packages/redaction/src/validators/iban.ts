/** International bank account numbers: length by country and check digits (ISO 13616, registry of SWIFT). */

const LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 ' +
  'DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 ' +
  'IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 ' +
  'MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 ' +
  'SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30';
const LENGTH_BY_COUNTRY: ReadonlyMap<string, number> = new Map(
  LENGTHS.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const [ZERO, NINE, CAPITAL_A, CAPITAL_Z] = [0x30, 0x39, 0x41, 0x5a] as const;

/** Characters an account number of the country has; 0 where it has none. */
export function ibanLength(country: string): number {
  return LENGTH_BY_COUNTRY.get(country) ?? 0;
}

/** Whether letters and digits, capitals and without spaces, have the right check digits: mod 97 is 1. */
export function ibanValid(text: string): boolean {
  let rest = 0;
  // Country and check digits come last.
  for (let at = 4; at < text.length + 4; at++) {
    const code = text.charCodeAt(at % text.length);
    if (code >= ZERO && code <= NINE) rest = (rest * 10 + code - ZERO) % 97;
    else if (code >= CAPITAL_A && code <= CAPITAL_Z)
      rest = (rest * 100 + code - CAPITAL_A + 10) % 97;
    else return false;
  }
  return rest === 1;
}
