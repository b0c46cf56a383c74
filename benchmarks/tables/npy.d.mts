import type { HostMatrix } from '@tweedie/core'
export const encodeNpy: (matrix: HostMatrix) => Buffer
export const decodeNpy: (bytes: Buffer) => HostMatrix
export const readNpy: (path: string) => HostMatrix
export const writeNpy: (path: string, matrix: HostMatrix) => void
export const writeWhole: (path: string, bytes: string | Uint8Array) => void
