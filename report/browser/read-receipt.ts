/** What the bytes of a receipt say (docs/formats.md, section 2.3). */
export interface ReceiptWords {
  readonly index: number;
  readonly code: number;
  readonly quantity: bigint;
  /** Engine units; for the demo's dollar, those are base units. */
  readonly cash: bigint;
  readonly chunk: number;
}

export function readReceipt(bytes: Uint8Array): ReceiptWords {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    index: view.getUint32(32),
    code: view.getUint16(36),
    quantity: view.getBigUint64(40),
    cash: view.getBigUint64(48),
    chunk: view.getUint32(56),
  };
}
