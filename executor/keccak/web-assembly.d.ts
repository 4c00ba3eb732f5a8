/** The part of the standard's WebAssembly that we use. Node has it; its types and those of the language do not. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }

  class Memory<Buffer extends ArrayBufferLike = ArrayBuffer> {
    constructor(size: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: Buffer;
  }

  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory | Memory<SharedArrayBuffer> } });
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
