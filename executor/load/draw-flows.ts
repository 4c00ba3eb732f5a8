import { requireInput } from "../errors.ts";
import { createFlows, FLOW_TRANSFER, type Flows } from "./flows.ts";
import { createRandom, createZipf, type Random, randomInteger } from "./random.ts";
import type { Shape } from "./shape.ts";

export interface FlowOptions {
  readonly seed: number;
  readonly count: number;
  readonly accounts: number;
  readonly assets: number;
  readonly shape: Shape;
}

/** Who gives and who gets in the flow at `place`; may set more of it than that. */
type Draw = (place: number) => Parties;
type Parties = readonly [from: number, to: number];

const PRICE = 1_000_000;
const PRICE_SPREAD = 50_000;
const MOST_SHARES = 50;
const ACCOUNTS_PER_MAKER = 64;
const ORDERS_PER_MEMBER = 64;
const CUSTOMERS_PER_BRANCH = 64;
const HOT_CUSTOMERS = 100;
const HOT_PART = 0.9;

/** Flows of the given shape; the same for the same options. Nobody deals with himself. */
export function drawFlows({ seed, count, accounts, assets, shape }: FlowOptions): Flows {
  requireInput(Number.isSafeInteger(count) && count >= 1, `${count} trades`);
  requireInput(Number.isSafeInteger(accounts) && accounts >= 2, `${accounts} accounts, but it takes two to trade`);
  requireInput(Number.isSafeInteger(assets) && assets >= 1 && assets < 0xffff, `${assets} assets, 1 to 65534`);
  requireInput(
    shape.name !== "smallbank" || assets >= 2,
    "smallbank has two assets per customer, checking and savings",
  );
  const random = createRandom(seed);
  const flows = createFlows(count, accounts, assets);
  const draw = drawOf(shape, flows, random);
  const moves = isOfOneAsset(shape) ? () => 0 : () => randomInteger(random, 0, assets - 1);

  for (let place = 0; place < count; place++) {
    flows.asset[place] = moves();
    flows.quantity[place] = BigInt(randomInteger(random, 1, MOST_SHARES));
    flows.price[place] = BigInt(PRICE + randomInteger(random, -PRICE_SPREAD, PRICE_SPREAD));
    const [from, to] = draw(place);
    flows.from[place] = from;
    flows.to[place] = to;
  }
  return flows;
}

/** A chain is one only if it hands on the same asset; the others take any. */
function isOfOneAsset({ name }: Shape): boolean {
  return name === "chain" || name === "half-chain" || name === "smallbank";
}

function drawOf({ name, parameter }: Shape, flows: Flows, random: Random): Draw {
  const { accounts } = flows;
  const anybody = () => randomInteger(random, 0, accounts - 1);
  const anybodyBut = (other: number) => (other + randomInteger(random, 1, accounts - 1)) % accounts;
  const inEitherDirection = (one: number, other: number): Parties => (random() < 0.5 ? [one, other] : [other, one]);
  const strangers: Draw = () => {
    const one = anybody();
    return [one, anybodyBut(one)];
  };

  switch (name) {
    case "uniform":
      return strangers;
    case "zipf": {
      const next = createZipf(random, accounts, parameter);
      return () => {
        const one = next();
        const other = next();
        return [one, other === one ? anybodyBut(one) : other];
      };
    }
    case "hot":
      return (place) => (random() < parameter ? inEitherDirection(0, anybodyBut(0)) : strangers(place));
    case "chain":
      return (place) => [place % accounts, (place + 1) % accounts];
    case "half-chain":
      return (place) => (place % 2 === 0 ? [(place / 2) % accounts, (place / 2 + 1) % accounts] : strangers(place));
    case "fan-in":
      return (place) => [1 + (place % (accounts - 1)), 0];
    case "fan-out":
      return (place) => [0, 1 + (place % (accounts - 1))];
    case "dealer":
      return () => inEitherDirection(0, anybodyBut(0));
    case "makers": {
      const makers = Math.ceil(accounts / ACCOUNTS_PER_MAKER);
      return () => {
        const maker = randomInteger(random, 0, makers - 1);
        return inEitherDirection(maker, anybodyBut(maker));
      };
    }
    case "cohorts":
      return drawCohorts(accounts, Math.max(2, Math.min(Math.floor(parameter), accounts)));
    case "smallbank":
      return drawSmallBank(flows, random);
  }
}

/** Each account of a group sells to half of its turns and buys in the other half, so that it signs as many orders as the others. */
function drawCohorts(accounts: number, size: number): Draw {
  const trades = (size * ORDERS_PER_MEMBER) / 2;
  return (place) => {
    const base = Math.floor(place / trades) * size;
    const turn = place % trades;
    const seller = turn % size;
    const distance = 1 + (Math.floor(turn / size) % (size - 1));
    return [(base + seller) % accounts, (base + ((seller + distance) % size)) % accounts];
  };
}

/**
 * The five writing transactions of SmallBank as transfers between customers and the till of a branch: asset 0 is the checking
 * account, asset 1 the savings account. Branches come first among the accounts. A closure moves the savings to the till.
 */
function drawSmallBank({ kind, asset, price, accounts }: Flows, random: Random): Draw {
  const branches = Math.min(Math.ceil(accounts / CUSTOMERS_PER_BRANCH), accounts - 2);
  requireInput(branches >= 1, "smallbank needs a branch and two customers");
  const customers = accounts - branches;
  const hot = Math.min(HOT_CUSTOMERS, customers);
  const anyCustomer = () => branches + randomInteger(random, 0, (random() < HOT_PART ? hot : customers) - 1);
  const tillOf = (customer: number) => customer % branches;
  const anotherThan = (one: number) =>
    branches + ((one - branches + randomInteger(random, 1, customers - 1)) % customers);

  return (place) => {
    const customer = anyCustomer();
    const what = random();
    kind[place] = FLOW_TRANSFER;
    price[place] = 0n;

    if (what < 0.3) return [customer, anotherThan(customer)]; // payment
    if (what < 0.475) return [tillOf(customer), customer]; // deposit
    if (what < 0.65) return [customer, tillOf(customer)]; // cheque
    asset[place] = 1;
    if (what < 0.825) return [tillOf(customer), customer]; // into savings
    return [customer, tillOf(customer)]; // closure
  };
}
