/** Most gas that one transaction may have (EIP-7825). */
export const GAS_LIMIT = 16_777_216n;
