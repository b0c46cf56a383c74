import { fold, type HostMatrix, type Key, normalArray, uniformArray } from '@tweedie/core'
import type { PreparedData } from '../../datasets/index.js'

/** Radius and deviation of the modes, a usual choice: 4 and ½ over √2. */
const [radius, deviation] = [4 / Math.SQRT2, 0.5 / Math.SQRT2]

/** Rows of eight equal Gaussians on a circle. */
const draw = (key: Key, rows: number): HostMatrix => {
  const [modes, normals] = [uniformArray(fold(key, 0), rows), normalArray(fold(key, 1), 2 * rows)]
  const data = normals.map((z, k) => {
    const angle = (Math.PI / 4) * Math.floor(8 * (modes[k >> 1] as number))
    return radius * (k % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + deviation * z
  })
  return { data, rows, columns: 2 }
}

/** The ring of eight Gaussians in three parts. */
export const ringData = (key: Key, rows: number): PreparedData => ({
  names: ['x₁', 'x₂'],
  training: draw(fold(key, 0), rows),
  validation: draw(fold(key, 1), Math.ceil(rows / 10)),
  test: draw(fold(key, 2), rows),
})
