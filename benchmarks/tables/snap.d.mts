import type { HostMatrix } from '@tweedie/core'
export const snap: (rows: HostMatrix, train: HostMatrix) => HostMatrix
