// Which of the generated loops a tile takes: by columns, and with log-weights or without.
import * as loops from '../generated/posterior-small'

/** The largest logit of a tile, to TOP. */
export function topOfTile(d: i32, block: usize, lane: usize, points: usize, logWeights: usize, count: i32): void {
  if (d == 1) logWeights == 0 ? loops.top1(block, lane, points, 0, count) : loops.top1w(block, lane, points, logWeights, count)
  else if (d == 2) logWeights == 0 ? loops.top2(block, lane, points, 0, count) : loops.top2w(block, lane, points, logWeights, count)
  else logWeights == 0 ? loops.top3(block, lane, points, 0, count) : loops.top3w(block, lane, points, logWeights, count)
}

/** Which point has it, to BEST. */
export function bestOfTile(d: i32, block: usize, lane: usize, points: usize, logWeights: usize, count: i32): void {
  if (d == 1) logWeights == 0 ? loops.best1(block, lane, points, 0, count) : loops.best1w(block, lane, points, logWeights, count)
  else if (d == 2) logWeights == 0 ? loops.best2(block, lane, points, 0, count) : loops.best2w(block, lane, points, logWeights, count)
  else logWeights == 0 ? loops.best3(block, lane, points, 0, count) : loops.best3w(block, lane, points, logWeights, count)
}

/** The sums of a tile, to SUMS. */
export function sumsOfTile(d: i32, moments: bool, block: usize, lane: usize, points: usize, logWeights: usize, count: i32): void {
  if (moments) {
    if (d == 1) logWeights == 0 ? loops.moments1(block, lane, points, 0, count) : loops.moments1w(block, lane, points, logWeights, count)
    else if (d == 2) logWeights == 0 ? loops.moments2(block, lane, points, 0, count) : loops.moments2w(block, lane, points, logWeights, count)
    else logWeights == 0 ? loops.moments3(block, lane, points, 0, count) : loops.moments3w(block, lane, points, logWeights, count)
    return
  }
  if (d == 1) logWeights == 0 ? loops.mean1(block, lane, points, 0, count) : loops.mean1w(block, lane, points, logWeights, count)
  else if (d == 2) logWeights == 0 ? loops.mean2(block, lane, points, 0, count) : loops.mean2w(block, lane, points, logWeights, count)
  else logWeights == 0 ? loops.mean3(block, lane, points, 0, count) : loops.mean3w(block, lane, points, logWeights, count)
}
