/** Errors that OpenZeppelin's contracts bring along: `[why, what to do]`. Their parameters come from the ABIs. */
export const INHERITED_ERRORS: Readonly<Record<string, readonly [why: string, todo: string]>> = {
  AccessManagedUnauthorized: [
    "The caller does not have the role that this function needs.",
    "Send from the account that has it; `system status` lists who has what.",
  ],
  AccessManagedRequiredDelay: [
    "The caller has the role, but may act only `delay` seconds after announcing it.",
    "Announce the call with `AccessManager.schedule`, wait, then send it.",
  ],
  AccessManagedInvalidAuthority: ["The new authority is not a contract.", "Name the address of an AccessManager."],
  AccessManagerUnauthorizedAccount: [
    "The caller does not have role `roleId`, which governs roles and delays.",
    "Send it as the admin.",
  ],
  AccessManagerUnauthorizedCall: [
    "The caller has no role for `selector` on `target`, or has to announce the call first.",
    "Send from the account that has the role; announce with `schedule` where its role has a delay.",
  ],
  AccessManagerUnauthorizedCancel: [
    "Only who announced a call, the guardian of its role or the admin may call it off.",
    "Ask one of them.",
  ],
  AccessManagerUnauthorizedConsume: [
    "The announcement belongs to another contract.",
    "Do not call this; contracts do.",
  ],
  AccessManagerAlreadyScheduled: ["The same call is announced already.", "Wait for it, or cancel it first."],
  AccessManagerNotScheduled: [
    "The call was not announced, or it was executed or called off.",
    "Announce it with `schedule` first.",
  ],
  AccessManagerNotReady: ["The delay since the announcement is not over.", "Wait; `getSchedule` says until when."],
  AccessManagerExpired: ["The call became due more than a week ago.", "Announce it again."],
  AccessManagerLockedRole: [
    "The roles ADMIN and PUBLIC cannot be changed like this.",
    "Use a role of `ignition/roles.ts`.",
  ],
  AccessManagerLockedFunction: [
    "The function's role is fixed by the manager itself.",
    "Leave it; who may change authorities does not change.",
  ],
  AccessManagerBadConfirmation: [
    "A role is renounced only with the caller's own address.",
    "Name the caller's own address.",
  ],
  AccessManagerInvalidInitialAdmin: ["The first admin is the zero address.", "Name an admin."],
  ERC1155InsufficientBalance: ["The sender has fewer shares than that.", "Transfer at most the balance."],
  ERC1155MissingApprovalForAll: [
    "The caller is neither the owner nor approved by him.",
    "Have the owner call `setApprovalForAll`, or send it himself.",
  ],
  ERC1155InvalidReceiver: [
    "The receiver is the zero address, or a contract that does not take the shares.",
    "Name another receiver, or let the contract implement the acceptance hook.",
  ],
  ERC1155InvalidSender: ["The sender is the zero address.", "Name the holder."],
  ERC1155InvalidOperator: ["The zero address cannot be approved.", "Name the operator."],
  ERC1155InvalidApprover: ["The zero address cannot approve anybody.", "Send it from the owner's account."],
  ERC1155InvalidArrayLength: ["The lists of ids and amounts differ in length.", "Give one amount per id."],
  InvalidInitialization: [
    "The contract is initialised already; an implementation never is.",
    "Do nothing; a proxy is initialised when it is deployed.",
  ],
  NotInitializing: [
    "An initialiser was called from outside of the initialisation.",
    "Report it; no function of ours does this.",
  ],
  UUPSUnauthorizedCallContext: [
    "An upgrade was asked of an implementation instead of its proxy.",
    "Send it to the proxy; the address book names it.",
  ],
  UUPSUnsupportedProxiableUUID: [
    "The new code keeps its address in another slot than the proxy does.",
    "Upgrade to a UUPS implementation.",
  ],
  ERC1967InvalidImplementation: ["There is no code at the new implementation.", "Deploy the implementation first."],
  ERC1967NonPayable: ["Ether was sent with an upgrade that calls nothing.", "Send no ether."],
  ERC1967ProxyUninitialized: [
    "A proxy was deployed without a call that initialises it.",
    "Deploy it with the call; the modules in `ignition/` do.",
  ],
  AddressEmptyCode: ["There is no code at `target`.", "Check the address and the network."],
  FailedCall: ["A call to another contract failed without saying why.", "Simulate that call by itself."],
  InsufficientBalance: [
    "The manager does not have the ether that a call should carry.",
    "Send the ether along; no function of ours takes any.",
  ],
  MerkleProofInvalidMultiproof: [
    "The page's proof is not made of as many parts as its leaves need.",
    "Take leaves, `proof` and `proofFlags` together from the plan; it is one proof for exactly these leaves.",
  ],
  ReentrancyGuardReentrantCall: [
    "A currency or receiver called back in while a desk was at work.",
    "Look at the contract that called back; this is an attack or a mistake in it.",
  ],
  SafeERC20FailedOperation: [
    "The currency at `token` refused a transfer or said that it had failed.",
    "Check balance, allowance and whether the currency blocks one of the parties.",
  ],
  SafeCastOverflowedUintDowncast: ["A number of the manager does not fit `bits` bits.", "Use a smaller number."],
  CheckpointUnorderedInsertion: [
    "A history would have been written out of order.",
    "Report it; time on the chain never runs back.",
  ],
  InvalidShortString: ["A name of an EIP-712 domain is too long.", "Report it; the names are constants."],
  StringTooLong: ["A name of an EIP-712 domain is too long.", "Report it; the names are constants."],
};
