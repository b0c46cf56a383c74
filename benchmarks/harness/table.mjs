import { medianOf } from './time.mjs'

/** The largest difference of two lists, relative to the size of the second. */
const difference = (found, wanted) => {
  const size = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length)
  return found.reduce((worst, value, k) => Math.max(worst, Math.abs(value - wanted[k]) / size), 0)
}

/**
 * One line of a table: a peer's time as a multiple of ours on the same number of threads (a peer of one thread beside both of ours), and how far its result is
 * from the oracle's.
 */
export const rowOf = (peer, outcome, before, { wanted, targets = {}, unit }) => {
  const line = { label: peer.label, threads: peer.threads }
  if (outcome.missing !== undefined) return { ...line, missing: outcome.missing }
  // A slow peer is given a part of the queries; its time grows with them.
  const time = medianOf(outcome.times) * (peer.share ?? 1)
  const ours = (threads) => before.find((row) => row.label === 'ours' && row.threads === threads)?.time
  const error = outcome.error ?? (wanted === undefined || outcome.numbers.length === 0 ? undefined : difference(outcome.numbers, wanted))
  const target = targets[peer.label]
  const ratio = time / (ours(2) ?? ours(1) ?? time)
  return {
    ...line,
    name: peer.share === undefined ? outcome.name : `${outcome.name} (by 1/${peer.share} of the queries)`,
    time,
    unit,
    ratio,
    ratioOne: time / (ours(1) ?? ours(2) ?? time),
    error,
    peak: outcome.peakMegabytes,
    ...(target === undefined || (peer.threads === 1 && peer.label.startsWith('PyTorch')) ? {} : { target, met: ratio >= target }),
  }
}

const fixed = (ratio) => (ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2))
const goal = ({ target, met }) => (target === undefined ? '' : `${met ? 'at least' : 'below'} ${target}`)

export const printed = (row) => {
  const head = `  ${`${row.name ?? row.label}, ${row.threads} thread${row.threads === 1 ? '' : 's'}`.padEnd(44)}`
  if (row.missing !== undefined) return `${head} left out: ${row.missing}`
  const error = row.error === undefined ? '' : `  error ${row.error.toExponential(1)}`
  return `${head}${row.time.toFixed(1).padStart(9)} ${row.unit ?? 'ms'}  ${fixed(row.ratio).padStart(6)} × ours on 2 threads ${fixed(row.ratioOne).padStart(6)} × on 1${error}  ${goal(row)}`
}

const cells = (row) =>
  row.missing === undefined
    ? [row.name, row.threads, fixed(row.ratio), fixed(row.ratioOne), row.error?.toExponential(1) ?? '', row.peak ?? '', goal(row)]
    : [row.label, row.threads, 'left out', '', '', '', row.missing]

/** The page of all tables, in Markdown. */
export const page = ({ processor, cores, node, v8 }, sections) =>
  [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench -- --write`. -->',
    '',
    `Measured in one run on ${cores} cores of ${processor}, Node ${node} (V8 ${v8}); medians of at least five calls after warming up. A number is the peer's time`,
    'divided by ours, on two threads and on one: more than 1 means that ours is faster. `error` is the largest difference from the float64 oracle, relative to the',
    'size of the result; `memory` the largest resident size of the process, in MB.',
    '',
    ...sections.flatMap(({ title, note, tables }) => [
      `## ${title}`,
      '',
      ...(note === undefined ? [] : [note, '']),
      ...tables.flatMap((table) => [
        `### ${table.title}`,
        '',
        '| peer | threads | × ours, 2 threads | × ours, 1 thread | error | memory | wanted |',
        '|---|--:|--:|--:|--:|--:|---|',
        ...table.rows.map((row) => `| ${cells(row).join(' | ')} |`),
        '',
      ]),
    ]),
  ].join('\n')
