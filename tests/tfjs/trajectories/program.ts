import type { Program } from '../session/opened.js'
import { cases, statesOf } from './cases.js'

/** The states of one case at every time of its grid. */
const trajectory: Program<number, number[][]> = async ({ B }, which) => (await statesOf(B, cases[which]!)).map((state) => Array.from(state))

export const trajectoryPrograms = { trajectory }
