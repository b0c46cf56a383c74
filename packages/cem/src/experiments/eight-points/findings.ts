import { all, atLeast, atMost, claim, ordered, show, within } from '../parts/claims.js'
import { largestDeviation } from '../parts/frequencies.js'
import { measure } from '../parts/measures.js'
import type { ExperimentResult } from '../result.js'
import { arcCount, NEAR } from './arcs.js'
import type { EightPointsRun, Generated, NetworkId } from './run.js'

/** The paper's published samples of the deep network (docs/formulas.md §3), and what another seed may add. */
const DEEP = { meanDistance: 0.018, slack: 1.25 }
/** How far the share of a point may be from an eighth, as a part of it. */
const SHARE = 0.2
/** The share of samples between two neighbours that joins them: a quarter of that of a point. */
const JOINED = 0.25 / 8
/** The least share between points that makes a distribution another one. */
const ANOTHER = 0.2

const ids: readonly NetworkId[] = ['shallow', 'deep']

const perNetwork = (runs: readonly EightPointsRun[], id: NetworkId, of: (generated: Generated) => number): readonly number[] =>
  runs.map((run) => of(run[id]))

const arcs = ({ gaps }: Generated): number => arcCount(gaps, JOINED)
const joinedGaps = ({ gaps }: Generated): number => gaps.filter((share) => share >= JOINED).length
const unevenness = ({ shares }: Generated): number => largestDeviation(shares) * shares.length

export const eightPointsMeasures = (runs: readonly EightPointsRun[]): ExperimentResult['measures'] =>
  ids.flatMap((id) => {
    const of = (quantity: string, value: (generated: Generated) => number, paper?: number) =>
      measure({ quantity, variant: `${id} network`, paper }, perNetwork(runs, id, value))
    return [
      of('mean distance to the nearest point', (each) => each.meanDistance, id === 'deep' ? DEEP.meanDistance : undefined),
      of(`share between two neighbours, farther than ${NEAR} from both`, (each) => each.between),
      of('share elsewhere', (each) => each.elsewhere),
      of('gaps between neighbours that are joined, of 8', joinedGaps),
      of('arcs', arcs, id === 'shallow' ? 2 : undefined),
      of('smallest share of a point', ({ shares }) => Math.min(...shares)),
      of('largest share of a point', ({ shares }) => Math.max(...shares)),
    ]
  })

export const eightPointsClaims = (runs: readonly EightPointsRun[]): ExperimentResult['claims'] => {
  const of = (id: NetworkId, value: (generated: Generated) => number) => perNetwork(runs, id, value)
  const found = of('shallow', arcs)
  return [
    claim(
      `The deep network reproduces the points: a mean distance of at most ${DEEP.slack} times the ${DEEP.meanDistance} of the paper's samples (Figure 6)`,
      atMost(
        'mean distance',
        of('deep', ({ meanDistance }) => meanDistance),
        DEEP.meanDistance * DEEP.slack,
      ),
    ),
    claim(
      `All eight points get mass from the deep network: each share is within ${100 * SHARE} % of an eighth`,
      atMost('largest relative deviation of a share', of('deep', unevenness), SHARE),
    ),
    claim(
      `The shallow network generates another distribution: at least ${show(ANOTHER)} of its samples lie between points, and the deep network's are nearer (Figure 6)`,
      all(
        atLeast(
          'share between',
          of('shallow', ({ between }) => between),
          ANOTHER,
        ),
        ordered('mean distance', [
          ['deep', of('deep', ({ meanDistance }) => meanDistance)],
          ['shallow', of('shallow', ({ meanDistance }) => meanDistance)],
        ]),
      ),
    ),
    claim(
      'The shallow network joins the points into two arcs (Figure 6)',
      within(`arcs of neighbours with at least ${show(JOINED)} of the samples between them`, found, [2, 2]),
      {
        condition: 'some initial parameters and no others; the paper shows one run',
        check: atLeast('seeds with two arcs', [found.filter((count) => count === 2).length], 1),
      },
    ),
  ]
}
