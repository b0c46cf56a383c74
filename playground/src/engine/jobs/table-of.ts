import { type HostMatrix, hostMatrix } from '@tweedie/core'
import type { Setup } from '../../setup.js'

/** The points of a setup as a table, [points, 2]. */
export const tableOf = ({ points }: Pick<Setup, 'points'>): HostMatrix => hostMatrix(points.flat(), points.length, 2)
