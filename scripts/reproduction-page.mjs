// docs/reproduction.md, from a folder that `tweedie reproduce all` wrote: npm run reproduction -- DIR
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const order = ['line-normal', 'curve', 'five-points', 'eight-points', 'epsilon-sweep', 'weight-check', 'schedules', 'weights', 'beyond']

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row), '']
const short = (value) => {
  const digits = Number(value.toPrecision(3))
  const size = Math.abs(digits)
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? digits.toExponential() : String(digits)
}
const spread = ({ perSeed }) => (perSeed === undefined ? '' : `${short(Math.min(...perSeed))} to ${short(Math.max(...perSeed))}`)

/** The page of the results that are there. */
export const page = (results) => [
  '# The experiments of the CEM paper',
  '',
  'Written by `npm run reproduction -- DIR` from what `tweedie reproduce all --scale paper --out DIR` found; do not edit. The report of that',
  'command has the figures. What the settings are, and why each comparison has a control: [decisions](decisions/cem.md).',
  '',
  ...table(
    ['experiment', 'statement', 'verdict'],
    results.flatMap(({ name, claims }) =>
      claims.map(({ statement, verdict, condition }) => [name, statement, condition === undefined ? verdict : `${verdict}: ${condition}`]),
    ),
  ),
  ...results.flatMap(({ name, title, source, scale, seeds, measures, claims, timings }) => [
    `## ${name}: ${title} (${source})`,
    '',
    `Scale ${scale}, seeds ${seeds.join(', ')}, on ${timings.backend}.`,
    '',
    ...(measures.some(({ paper }) => paper !== undefined)
      ? table(
          ['quantity', 'variant', 'ours', 'least to most over seeds', "the paper's"],
          measures
            .filter(({ quantity }) => measures.some((other) => other.quantity === quantity && other.paper !== undefined))
            .map((measure) => [
              measure.quantity,
              measure.variant,
              short(measure.ours),
              spread(measure),
              measure.paper === undefined ? '' : short(measure.paper),
            ]),
        )
      : []),
    ...claims.map(({ statement, verdict, evidence }) => `* ${statement}: **${verdict}**. ${evidence}`),
    '',
  ]),
]

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2]
  const files = folder === undefined ? [] : order.map((name) => join(folder, name, 'result.json')).filter(existsSync)
  if (files.length === 0) {
    console.error('npm run reproduction -- DIR: a folder that `tweedie reproduce` wrote')
    process.exit(2)
  }
  const text = page(files.map((file) => JSON.parse(readFileSync(file, 'utf8'))))
  writeFileSync(fileURLToPath(new URL('../docs/reproduction.md', import.meta.url)), `${text.join('\n').trimEnd()}\n`)
}
