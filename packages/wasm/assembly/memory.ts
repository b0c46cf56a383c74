// Memory is handed out by AssemblyScript's TLSF allocator (Masmano et al. 2004): constant time, blocks of 16 bytes and more, joined again when freed.

export function allocate(bytes: usize): usize {
  return heap.alloc(bytes)
}

export function release(pointer: usize): void {
  heap.free(pointer)
}
