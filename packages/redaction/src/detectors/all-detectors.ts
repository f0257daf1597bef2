/** Every detector, in the order they are asked at one place. A new one is a file and a line here. */
import { credentialsDetector } from './credentials.ts';
import type { Detector } from './detector.ts';
import { emailDetector } from './email.ts';
import { ibanDetector } from './iban.ts';
import { insertedSecretDetector } from './inserted-secret.ts';
import { jwtDetector } from './jwt.ts';
import { listedSecretDetector } from './listed-secret.ts';
import { namedSecretDetector } from './named-secret.ts';
import { optionSecretDetector } from './option-secret.ts';
import { panDetector } from './pan.ts';
import { privateKeyDetector } from './private-key.ts';
import { ssnDetector } from './ssn.ts';
import { toldSecretDetector } from './told-secret.ts';
import { urlUserinfoDetector } from './url-userinfo.ts';
import { vendorTokenDetector } from './vendor-token.ts';

/** The registry. */
export const DETECTORS: readonly Detector[] = [
  privateKeyDetector,
  urlUserinfoDetector,
  namedSecretDetector,
  listedSecretDetector,
  optionSecretDetector,
  toldSecretDetector,
  insertedSecretDetector,
  credentialsDetector,
  jwtDetector,
  vendorTokenDetector,
  panDetector,
  ssnDetector,
  ibanDetector,
  emailDetector,
];
