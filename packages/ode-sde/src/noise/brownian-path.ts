import { type Backend, fold, type Key, normalArray, tweedieError } from '@tweedie/core'
import { cut, join, type Piece, wholePiece } from './bridge.js'
import { type Brownian, type Interval, requireFirstSample } from './brownian.js'

/** Where a path lives and how finely it can be read. */
export interface BrownianPathOptions {
  /** The times that the path covers; no step may leave them. */
  readonly span: readonly [low: number, high: number]
  /** Halvings of the span, 1 to 48; 24 when not given. Two times nearer than 2^−depth of the span may not be told apart. */
  readonly depth?: number
  /** The number of the first row in the full set; 0 when not given. */
  readonly firstSample?: number
}

/** Numbers kept between steps, so that a step finds the halvings of the one before: 32 MB. */
const KEPT = 2 ** 22
/** Keys of the nodes are fold(key, 0 … 2⁴⁹). */
const APART = 2 ** 52

/**
 * A replayable Brownian path: a pure function of (key, sample, times), so any other grid refines the same path. It is a virtual Brownian tree
 * (Li, Wong, Chen & Duvenaud 2020, algorithm 3) that carries the space–time Lévy area (Jelinčič, Foster & Kidger 2024): the span is halved
 * `depth` times, each halving drawn from a Philox key of its own given the increment and the area of what it halves, and the last interval
 * cut at the time itself. So increments over [t, r] and [r, s] add up to that over [t, s], steps may go either way, and sample i sees the same
 * path whatever its batch. Increments and areas have exactly their joint law.
 *
 * A step costs at most 2·depth draws of 2 normals per entry, on the host in float64 whatever the backend; fewer where its ends are dyadic
 * fractions of the span, or were those of the step before. Steps inside one of the 2^depth smallest intervals throw `InvalidArgument`, as
 * do times outside of the span, and a depth that float64 cannot resolve.
 */
export const brownianPath = <N>(
  B: Backend<N>,
  key: Key,
  { span, depth = 24, firstSample = 0 }: BrownianPathOptions,
): Required<Brownian<N>> => {
  const [low, high] = span
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', 'brownianPath', what, mend)
  requireFirstSample('brownianPath', firstSample)
  if (!(low < high) || !Number.isFinite(high - low)) throw refuse(`span [${low}, ${high}]`, 'Give [low, high] with low < high, both finite')
  if (!Number.isInteger(depth) || depth < 1 || depth > 48) throw refuse(`depth ${depth}`, 'Use a whole number from 1 to 48')
  const smallest = (high - low) / 2 ** depth
  if (smallest < 4 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)))
    throw refuse(`depth ${depth} over [${low}, ${high}]`, 'Use a smaller depth: float64 does not resolve such intervals there')

  let kept = new Map<number, readonly [Piece, Piece]>()
  let keptShape = ''

  const walk = ({ t, s }: Interval, [rows, columns]: readonly [number, number]): Piece => {
    const [from, to] = t < s ? [t, s] : [s, t]
    if (!(from >= low && to <= high))
      throw refuse(`a step from ${t} to ${s} outside of [${low}, ${high}]`, 'Give a span that holds the grid')
    const shape = `${rows} × ${columns}`
    if (shape !== keptShape) [kept, keptShape] = [new Map(), shape]
    const normals = (node: number): Float64Array => normalArray(fold(key, node), 2 * rows * columns, 2 * firstSample * columns)

    const halves = (node: number, whole: Piece): readonly [Piece, Piece] => {
      const known = kept.get(node)
      const made = known ?? cut(whole, whole.length / 2, normals(node))
      kept.delete(node)
      kept.set(node, made)
      for (const oldest of kept.keys()) {
        if (kept.size * 4 * rows * columns <= KEPT && kept.size <= 4 * depth) break
        kept.delete(oldest)
      }
      return made
    }

    /** What of [from, to] lies in the node, which is [l, r]; node n halves into 2n and 2n + 1. */
    const part = (node: number, level: number, l: number, r: number, whole: Piece): Piece | undefined => {
      if (to <= l || from >= r) return undefined
      if (from <= l && to >= r) return whole
      if (level === depth) {
        if (from > l && to < r) throw refuse(`a step from ${t} to ${s}`, `Steps of ${smallest} and more are told apart: use a larger depth`)
        return from > l ? cut(whole, from - l, normals(node))[1] : cut(whole, to - l, normals(node))[0]
      }
      const middle = l + (r - l) / 2
      const [left, right] = halves(node, whole)
      const first = part(2 * node, level + 1, l, middle, left)
      const second = part(2 * node + 1, level + 1, middle, r, right)
      return first === undefined ? second : second === undefined ? first : join(first, second)
    }
    return part(1, 0, low, high, wholePiece(high - low, normals(0))) as Piece
  }

  return {
    refines: true,
    increment: (over, shape) => {
      if (over.t === over.s) return B.full(shape, 0)
      const { increment } = walk(over, shape)
      return B.tensor(over.s > over.t ? increment : increment.map((w) => -w), shape)
    },
    levyArea: (over, shape) => (over.t === over.s ? B.full(shape, 0) : B.tensor(walk(over, shape).area, shape)),
    standardNormal: ({ t, s }, index, [rows, columns]) =>
      B.normal(
        [...wordsOf(t), ...wordsOf(s), index].reduce<Key>((of, word) => fold(of, word), fold(key, APART)),
        [rows, columns],
        firstSample * columns,
      ),
  }
}

/** The two 32-bit words of a number. */
const wordsOf = (value: number): readonly number[] => [...new Uint32Array(Float64Array.of(value + 0).buffer)]
