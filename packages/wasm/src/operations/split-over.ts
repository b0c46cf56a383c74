import type { Split } from '../machine/machine.js'

/** Numbers that a thread takes at a time, at the least. */
const TAKEN = 4096

/** How rows are split that each cost so many numbers to move or to add, at so many nanoseconds a number. */
export const splitOver = (numbersPerRow: number, nanoseconds = 0.4): Split => ({
  grain: Math.max(1, Math.ceil(TAKEN / Math.max(1, numbersPerRow))),
  cost: nanoseconds * Math.max(1, numbersPerRow),
})
