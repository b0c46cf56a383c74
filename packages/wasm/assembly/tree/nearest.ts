// Which block a query is near: by this, queries are put in an order in which one finds in the cache what the last one read.

import { centreOf } from './blocks'
import { dimensionOf, groupsOf, levelsOf, originOf } from './layout'

/** out[row] = the block that a walk down the tree to the nearest centre of each level ends at, for rows from … to. */
export function treeNearest_f32(head: usize, x: usize, out: usize, alpha: f64, from: i32, to: i32, scratch: usize): void {
  const dimension = dimensionOf(head), origin = originOf(head)
  for (let row = from; row < to; row++) {
    const query = x + ((row * dimension) as usize) * 4
    let group = 0
    for (let level = max(levelsOf(head) - 2, 0); level >= 0; level--) {
      const end = min(16 * group + 16, groupsOf(head, level))
      let best = 16 * group, least: f32 = Infinity
      for (let child = 16 * group; child < end; child++) {
        const centre = centreOf(head, level, child)
        let square: f32 = 0
        for (let d = 0; d < dimension; d++) {
          const at = load<f64>(origin + ((d as usize) << 3)) as f32
          const gap = load<f32>(query + ((d as usize) << 2)) - (alpha as f32) * (at + load<f32>(centre + ((d as usize) << 6)))
          square += gap * gap
        }
        if (square < least) {
          least = square
          best = child
        }
      }
      group = best
    }
    store<i32>(out + ((row as usize) << 2), group)
  }
}
