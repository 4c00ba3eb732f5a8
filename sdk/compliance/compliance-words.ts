import { id } from "ethers";

/** What can have happened. The first are ERC-8328's words; what it has no word for has ours. */
export const COMPLIANCE_EVENTS = {
  FREEZE: id("ERC-8328:EVENT_TYPE:FREEZE:V1"),
  UNFREEZE: id("ERC-8328:EVENT_TYPE:UNFREEZE:V1"),
  FORCED_TRANSFER: id("ERC-8328:EVENT_TYPE:FORCED_TRANSFER:V1"),
  POLICY_CHANGE: id("ERC-8328:EVENT_TYPE:POLICY_CHANGE:V1"),
  REGULATORY_HOLD: id("ERC-8328:EVENT_TYPE:REGULATORY_HOLD:V1"),
  HOLD_RELEASED: id("ERC-8328:EVENT_TYPE:HOLD_RELEASED:V1"),
  ISSUANCE: id("ERC-8328:EVENT_TYPE:ISSUANCE:V1"),
  REDEMPTION: id("ERC-8328:EVENT_TYPE:REDEMPTION:V1"),
  CORRECTION: id("ERC-8328:EVENT_TYPE:CORRECTION:V1"),
  RECOVERY: id("MOIETY:EVENT_TYPE:RECOVERY:V1"),
  ASSET_APPROVED: id("MOIETY:EVENT_TYPE:ASSET_APPROVED:V1"),
  TRANSFER_APPROVAL: id("MOIETY:EVENT_TYPE:TRANSFER_APPROVAL:V1"),
} as const;

export type ComplianceEventName = keyof typeof COMPLIANCE_EVENTS;

export const COMPLIANCE_OUTCOMES = {
  APPROVED: id("ERC-8328:OUTCOME:APPROVED"),
  DENIED: id("ERC-8328:OUTCOME:DENIED"),
  PENDING: id("ERC-8328:OUTCOME:PENDING"),
  EXECUTED: id("ERC-8328:OUTCOME:EXECUTED"),
  EXPIRED: id("ERC-8328:OUTCOME:EXPIRED"),
  REVOKED: id("ERC-8328:OUTCOME:REVOKED"),
} as const;

export type ComplianceOutcome = keyof typeof COMPLIANCE_OUTCOMES;

/** In whose name something was done. */
export const COMPLIANCE_AUTHORITIES = {
  INTERNAL_POLICY: id("ERC-8328:AUTHORITY:INTERNAL_POLICY:V1"),
  COURT_ORDER: id("ERC-8328:AUTHORITY:COURT_ORDER:V1"),
  REGULATOR: id("ERC-8328:AUTHORITY:REGULATOR:V1"),
} as const;

export type ComplianceAuthority = keyof typeof COMPLIANCE_AUTHORITIES;

export const PARTY_ROLES = {
  SENDER: id("ERC-8328:PARTY_ROLE:SENDER"),
  RECEIVER: id("ERC-8328:PARTY_ROLE:RECEIVER"),
  TARGET: id("ERC-8328:PARTY_ROLE:TARGET"),
  BENEFICIARY: id("ERC-8328:PARTY_ROLE:BENEFICIARY"),
  CONTROLLER: id("ERC-8328:PARTY_ROLE:CONTROLLER"),
  SUBJECT: id("ERC-8328:PARTY_ROLE:SUBJECT"),
} as const;

export type PartyRole = keyof typeof PARTY_ROLES;

/** What an entry is about. The standard leaves the id of an investor to the application: it is the registry's. */
export const SUBJECT_TYPES = {
  ASSET: id("ERC-8328:SUBJECT_TYPE:ASSET"),
  INVESTOR: id("MOIETY:SUBJECT_TYPE:INVESTOR:V1"),
} as const;

export type SubjectType = keyof typeof SUBJECT_TYPES;

/** Finds the name of a word; a word that nobody here knows is shown as it is. */
export function wordName(words: Readonly<Record<string, string>>, word: string): string {
  return Object.entries(words).find(([, value]) => value === word)?.[0] ?? word;
}
