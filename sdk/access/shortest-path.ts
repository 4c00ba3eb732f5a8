import { FACTORIES } from "../contracts.ts";
import {
  type AccessState,
  type Delay,
  delayAt,
  type Membership,
  NO_DELAY,
  PUBLIC_ROLE,
  roleName,
  type TargetRights,
} from "./access-state.ts";
import { Holdings } from "./holding.ts";
import { earlier, join, type Moment, NEVER, type PathStep } from "./path.ts";

const ADMIN = 0n;
const MANAGER = FACTORIES.AccessManager.createInterface();
const BOOK = FACTORIES.ShareToken.createInterface();

/** A key in the wrong hands. */
export interface Key {
  readonly account: string;
  readonly memberships: readonly Membership[];
}

export interface Attack {
  /** When it begins. */
  readonly now: bigint;
  /** A second account of the attacker. */
  readonly accomplice: string;
  /** The code that he wants to see run. */
  readonly code: string;
}

/** A call to the AccessManager or to a contract that asks it. */
interface Call {
  readonly title: string;
  readonly target: string;
  readonly data: string;
}

/** What a call has to wait for, besides the delay of the caller. */
interface Conditions {
  /** It can be announced from then on. */
  readonly after?: Moment | undefined;
  /** It is done then at the earliest, although it may be announced before. */
  readonly notBefore?: bigint | undefined;
  /** The delay of the contract whose rights it changes. */
  readonly delay?: Delay | undefined;
}

/**
 * What somebody with one key can reach, and how soon, as the AccessManager is. Found are ways over grants (of any role to a second
 * account or anew to himself), other admins of roles, functions opened to everybody, contracts reopened, delays lowered with their
 * set-back, and roles of contracts whose code is his. Another authority instead of the AccessManager takes as long as opening a
 * function does, so that this is not looked at by itself. Calls announced earlier are not in it: everybody has seen those.
 */
export class Reach {
  readonly #state: AccessState;
  readonly #attack: Attack;
  readonly #start: Moment;
  readonly #holdings = new Holdings();

  constructor(state: AccessState, key: Key, attack: Attack) {
    this.#state = state;
    this.#attack = attack;
    this.#start = { time: attack.now, steps: [] };
    this.#holdings.add(PUBLIC_ROLE, { from: 0n, until: NEVER, delay: 0n, by: key.account, steps: [] });
    for (const membership of key.memberships) this.#hold(membership, key.account, this.#start);

    while (this.#learn(key)) {
      // Every pass builds on the powers of the pass before; it ends because only earlier and faster ones are kept.
    }
  }

  /** The soonest that new code can run behind a contract. */
  code(target: TargetRights): Moment | undefined {
    const { selector } = BOOK.getFunction("upgradeToAndCall");
    const data = BOOK.encodeFunctionData("upgradeToAndCall", [this.#attack.code, "0x"]);
    const title = `${target.name}.upgradeToAndCall(new code)`;
    if (target.authority !== this.#state.manager) {
      return { time: this.#attack.now, steps: [this.#ask(target)] };
    }
    return this.call(target, selector, { title, target: target.address, data });
  }

  /** The soonest that somebody acts in a role. */
  role(role: bigint): Moment | undefined {
    return this.#holdings
      .of(role)
      .map(({ from, delay, steps }) => ({ time: later(from, this.#attack.now) + delay, steps }))
      .reduce<Moment | undefined>(earlier, undefined);
  }

  /** The soonest that somebody calls a function: with its role, or once it is open to everybody. */
  call(target: TargetRights, selector: string, call: Call): Moment | undefined {
    const role = target.functions.find((each) => each.selector === selector)?.role ?? ADMIN;
    const open = this.#whenOpen(target);
    if (open === undefined) return undefined;
    const withRole = this.#do(role, call, { after: open });

    const title = `setTargetFunctionRole(${target.name}, ${selector}, PUBLIC)`;
    const data = MANAGER.encodeFunctionData("setTargetFunctionRole", [target.address, [selector], PUBLIC_ROLE]);
    const published = this.#overTarget(target, { title, target: this.#state.manager, data });
    const asAnybody = published && this.#do(PUBLIC_ROLE, call, { after: both(open, published) });
    return earlier(withRole, asAnybody);
  }

  #learn(key: Key): boolean {
    let hasLearnt = false;
    const note = (isNew: boolean): void => {
      hasLearnt ||= isNew;
    };

    for (const { id, grantDelay } of this.#state.roles.filter(({ id }) => id !== PUBLIC_ROLE)) {
      for (const granted of this.#grants(id, this.#attack.accomplice, grantDelay)) {
        const { time: from, steps } = granted;
        note(this.#holdings.add(id, { from, until: NEVER, delay: 0n, by: this.#attack.accomplice, steps }));
      }
      for (const member of key.memberships.filter(({ role }) => role === id)) note(this.#hasten(member, key.account));
    }
    for (const target of this.#state.targets.filter(({ isBook }) => isBook)) {
      const code = this.code(target);
      const roles = this.#state.members.filter(({ account }) => account === target.address);
      for (const membership of roles) if (code) note(this.#hold(membership, target.address, code));
    }
    return hasLearnt;
  }

  /** A membership, from the moment on that its account obeys. */
  #hold({ role, since, delay }: Membership, by: string, { time, steps }: Moment): boolean {
    const from = later(since, time);
    if (delay.effect <= from) return this.#holdings.add(role, { from, until: NEVER, delay: delay.pending, by, steps });

    const now = this.#holdings.add(role, { from, until: delay.effect, delay: delay.current, by, steps });
    const then = this.#holdings.add(role, { from: delay.effect, until: NEVER, delay: delay.pending, by, steps });
    return now || then;
  }

  /** The moments at which a grant of a role to a new account takes effect. */
  #grants(role: bigint, account: string, delay: Delay): Moment[] {
    const { manager, minSetback } = this.#state;
    const title = `setGrantDelay(${roleName(role)}, 0)`;
    const data = MANAGER.encodeFunctionData("setGrantDelay", [role, 0n]);
    const lowered = this.#do(ADMIN, { title, target: manager, data });

    const asItIs = this.#grantsUnder(role, account, delay, undefined);
    if (lowered === undefined) return asItIs;
    return [...asItIs, ...this.#grantsUnder(role, account, loweredAt(lowered.time, delay, minSetback), lowered)];
  }

  #grantsUnder(role: bigint, account: string, delay: Delay, after: Moment | undefined): Moment[] {
    const grants = [0n, delay.effect].map((notBefore) => this.#grant(role, account, { after, notBefore }));
    return grants.flatMap((granted) =>
      granted === undefined ? [] : [{ ...granted, time: granted.time + delayAt(delay, granted.time) }],
    );
  }

  /** The call that grants, by whoever may or after everybody may. */
  #grant(role: bigint, account: string, conditions: Conditions): Moment | undefined {
    const { manager, roles } = this.#state;
    const name = account === this.#attack.accomplice ? "a second account" : account;
    const call = {
      title: `grantRole(${roleName(role)}, ${name}, 0)`,
      target: manager,
      data: MANAGER.encodeFunctionData("grantRole", [role, account, 0n]),
    };
    const direct = this.#do(roles.find(({ id }) => id === role)?.admin ?? ADMIN, call, conditions);
    if (role === ADMIN) return direct;

    const title = `setRoleAdmin(${roleName(role)}, PUBLIC)`;
    const data = MANAGER.encodeFunctionData("setRoleAdmin", [role, PUBLIC_ROLE]);
    const opened = this.#do(ADMIN, { title, target: manager, data });
    const after = opened && both(opened, conditions.after ?? this.#start);
    return earlier(direct, after && this.#do(PUBLIC_ROLE, call, { ...conditions, after }));
  }

  /** The same role granted anew with no delay: it ends only after as many seconds as it loses. */
  #hasten({ role, since, delay }: Membership, account: string): boolean {
    const granted = this.#grant(role, account, { notBefore: since });
    if (granted === undefined) return false;

    const from = granted.time + delayAt(delay, granted.time);
    return this.#holdings.add(role, { from, until: NEVER, delay: 0n, by: account, steps: granted.steps });
  }

  #whenOpen(target: TargetRights): Moment | undefined {
    if (!target.isClosed) return this.#start;

    const data = MANAGER.encodeFunctionData("setTargetClosed", [target.address, false]);
    return this.#overTarget(target, {
      title: `setTargetClosed(${target.name}, false)`,
      target: this.#state.manager,
      data,
    });
  }

  /** A change of the rights over a contract: after its delay, or after that was lowered. */
  #overTarget(target: TargetRights, call: Call): Moment | undefined {
    const { adminDelay, address, name } = target;
    const { manager, minSetback } = this.#state;
    const title = `setTargetAdminDelay(${name}, 0)`;
    const data = MANAGER.encodeFunctionData("setTargetAdminDelay", [address, 0n]);
    const lowered = this.#do(ADMIN, { title, target: manager, data });

    const asItIs = this.#do(ADMIN, call, { delay: adminDelay });
    if (lowered === undefined) return asItIs;
    const after = {
      time: later(lowered.time, loweredAt(lowered.time, adminDelay, minSetback).effect),
      steps: lowered.steps,
    };
    return earlier(asItIs, this.#do(ADMIN, call, { after }));
  }

  /** The soonest way to make a call with a role. */
  #do(role: bigint, call: Call, conditions: Conditions = {}): Moment | undefined {
    const { after = this.#start, notBefore = 0n, delay = NO_DELAY } = conditions;
    let soonest: Moment | undefined;

    for (const holding of this.#holdings.of(role)) {
      const first = later(holding.from, after.time);
      // A delay that will be shorter may be worth waiting for.
      for (const announcedAt of [first, later(first, delay.effect)].filter((time) => time < holding.until)) {
        const wait = later(holding.delay, delayAt(delay, announcedAt));
        const doneAt = later(announcedAt + wait, notBefore);
        const step = { ...call, by: holding.by, announcedAt: wait === 0n ? doneAt : announcedAt, doneAt };
        soonest = earlier(soonest, { time: doneAt, steps: join(join(holding.steps, after.steps), [step]) });
      }
    }
    return soonest;
  }

  #ask({ name, address, authority }: TargetRights): PathStep {
    const { now } = this.#attack;
    const title = `${name} does not ask the AccessManager but ${authority}`;
    return { by: authority, title, target: address, data: "0x", announcedAt: now, doneAt: now };
  }
}

/** A delay set to zero: what is taken away ends after as long, and after `minSetback` at the earliest. */
function loweredAt(time: bigint, delay: Delay, minSetback: bigint): Delay {
  const current = delayAt(delay, time);
  return { current, pending: 0n, effect: time + later(minSetback, current) };
}

function both(one: Moment, other: Moment): Moment {
  return { time: later(one.time, other.time), steps: join(one.steps, other.steps) };
}

function later(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
