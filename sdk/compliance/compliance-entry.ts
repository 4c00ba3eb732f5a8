import { AbiCoder, MaxUint256, ZeroHash } from "ethers";
import {
  COMPLIANCE_AUTHORITIES,
  COMPLIANCE_EVENTS,
  COMPLIANCE_OUTCOMES,
  type ComplianceAuthority,
  type ComplianceEventName,
  type ComplianceOutcome,
  PARTY_ROLES,
  type PartyRole,
  SUBJECT_TYPES,
  type SubjectType,
} from "./compliance-words.ts";
import { FORCED_TRANSFER_PAYLOAD, FREEZE_PAYLOAD } from "./payload-profiles.ts";

/** What is concerned: an asset by its anchor id, an investor by his id in the registry. */
export interface ComplianceSubject {
  readonly type: SubjectType;
  readonly id: string;
}

/** Details in a form of ERC-8328 that everybody can decode. */
export type CompliancePayload =
  | {
      readonly kind: "freeze";
      readonly target: string;
      /** Absolute: how many shares are frozen now. */
      readonly amount: bigint;
      readonly expiresAt?: bigint;
      readonly reason?: string;
    }
  | {
      readonly kind: "forced-transfer";
      readonly from: string;
      readonly to: string;
      readonly amount: bigint;
      readonly legalBasis?: string;
    };

/** An act of office, as whoever did it says so. */
export interface ComplianceAct {
  readonly subject: ComplianceSubject;
  readonly event: ComplianceEventName;
  /** `EXECUTED` if left out. */
  readonly outcome?: ComplianceOutcome;
  /** `INTERNAL_POLICY` if left out. */
  readonly authority?: ComplianceAuthority;
  readonly parties: readonly { readonly address: string; readonly role: PartyRole }[];
  /** keccak-256 of the document on which the act rests. */
  readonly evidenceHash: string;
  readonly evidenceUri?: string;
  readonly payload?: CompliancePayload;
  /** Hash of the transaction that acted. */
  readonly operation: string;
  /** When it happened, in seconds. */
  readonly occurredAt: bigint;
}

/** The arguments of `ComplianceLog.recordEvent`. */
export function complianceEntry(act: ComplianceAct) {
  const { profile, data } = encodePayload(act.payload);
  return [
    act.subject.id,
    SUBJECT_TYPES[act.subject.type],
    COMPLIANCE_EVENTS[act.event],
    COMPLIANCE_OUTCOMES[act.outcome ?? "EXECUTED"],
    COMPLIANCE_AUTHORITIES[act.authority ?? "INTERNAL_POLICY"],
    act.parties.map(({ address, role }) => ({ addr: address, role: PARTY_ROLES[role] })),
    act.evidenceHash,
    act.evidenceUri ?? "",
    profile,
    data,
    act.operation,
    act.occurredAt,
    NO_CORRECTION,
  ] as const;
}

/** `correctsIndex` of an entry that corrects none. */
const NO_CORRECTION = MaxUint256;

function encodePayload(payload: CompliancePayload | undefined): { profile: string; data: string } {
  const coder = AbiCoder.defaultAbiCoder();
  if (payload === undefined) return { profile: ZeroHash, data: "0x" };
  if (payload.kind === "freeze") {
    const { target, amount, expiresAt = 0n, reason = ZeroHash } = payload;
    const data = coder.encode(["address", "uint256", "uint64", "bytes32"], [target, amount, expiresAt, reason]);
    return { profile: FREEZE_PAYLOAD, data };
  }
  const { from, to, amount, legalBasis = ZeroHash } = payload;
  const data = coder.encode(["address", "address", "uint256", "bytes32"], [from, to, amount, legalBasis]);
  return { profile: FORCED_TRANSFER_PAYLOAD, data };
}
