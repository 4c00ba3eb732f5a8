import { CONSTANT_BYTES, encodeNodeModule } from "./keccak-program.ts";

const PAGE_BYTES = 65_536;
const LINE_BYTES = 64;

/** Where what a caller keeps in the memory may begin: on a line of the processor's caches. */
export const KERNEL_BYTES = Math.ceil(CONSTANT_BYTES / LINE_BYTES) * LINE_BYTES;

/** Memory that threads share and the kernel works in. The first {@link KERNEL_BYTES} are its own. */
export type KernelMemory = WebAssembly.Memory<SharedArrayBuffer>;

/** Hashes `pairs` pairs of nodes, whose numbers stand from address `list`, in the heap at address `heap`. */
export type HashNodes = (list: number, heap: number, pairs: number) => void;

let compiled: WebAssembly.Module | undefined;

/** The kernel of this thread in each memory. */
const kernels = new WeakMap<KernelMemory, HashNodes>();

/** Memory with room for `bytes` behind the kernel's own. It never grows, because that would stop all threads. */
export function createKernelMemory(bytes: number): KernelMemory {
  const pages = Math.ceil((KERNEL_BYTES + bytes) / PAGE_BYTES);
  return new WebAssembly.Memory<SharedArrayBuffer>({ initial: pages, maximum: pages, shared: true });
}

/** The kernel that works in `memory`. */
export function nodeKernel(memory: KernelMemory): HashNodes {
  const known = kernels.get(memory);
  if (known !== undefined) return known;

  compiled ??= new WebAssembly.Module(encodeNodeModule());
  const { hashNodes } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  if (!isHashNodes(hashNodes)) throw new TypeError("the module of nodes has no function");
  kernels.set(memory, hashNodes);
  return hashNodes;
}

const isHashNodes = (exported: unknown): exported is HashNodes => typeof exported === "function";
