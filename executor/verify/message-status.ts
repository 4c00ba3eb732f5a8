/** What became of an order in the verify stage. */
export const ORDER_STATUS = { valid: 0, malformed: 1, signatureInvalid: 2 } as const;
