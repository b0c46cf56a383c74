// docs/mutations.md, from the results of a run of all faults.

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text) => `\`${text}\``
const place = (path) => path.replace(/^packages\//, '').replace('/src/', '/')
const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`

const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
]

const whatKills = ({ by }) => `${code(place(by.file))}: ${by.test}`

/** The page. It has no times in it, so that a run with the same outcome writes the same page. */
export const page = (results, seed) => {
  const counted = results.filter(({ outcome }) => outcome !== 'broken')
  const killed = counted.filter(({ outcome }) => outcome === 'killed')
  const alive = counted.filter(({ outcome }) => outcome !== 'killed')
  const kinds = [...new Set(counted.map(({ fault }) => fault.kind))].sort()
  const packages = [...new Set(counted.map(({ fault }) => fault.file.split('/')[1]))]
  const ofPackage = (name) => counted.filter(({ fault }) => fault.file.split('/')[1] === name)
  return [
    '# Mutation check',
    '',
    'Written by `npm run mutations -- --write`; do not edit.',
    '',
    `${killed.length} of ${counted.length} seeded faults make a property or a law fail: **${percent(killed.length, counted.length)}** (at least 95 % is asked for).`,
    '',
    'Each fault is one a person could make. A script puts it into a copy of the sources, alone, and runs there the test files that use',
    'fast-check or the laws of `@tweedie/testing`, nearest first, until a property or a law fails. A failing example beside them does not',
    `count. The cases are those of fast-check's seed ${seed}. The faults are in \`scripts/mutations/faults\`.`,
    '',
    ...table(
      ['kind', 'faults', 'noticed'],
      kinds.map((kind) => {
        const all = counted.filter(({ fault }) => fault.kind === kind)
        return [kind, String(all.length), String(all.filter(({ outcome }) => outcome === 'killed').length)]
      }),
    ),
    '',
    '## Survivors',
    '',
    ...(alive.length === 0
      ? ['None.']
      : alive.flatMap(({ fault, by }) => [
          `* ${code(fault.id)} (${code(place(fault.file))}): ${fault.wrong} ${fault.survives ?? 'Not explained.'}${by ? ` An example notices it (${whatKills({ by })}).` : ''}`,
        ])),
    '',
    ...packages.flatMap((name) => [
      `## ${name}`,
      '',
      ...table(
        ['fault', 'kind', 'what is wrong', 'noticed by'],
        ofPackage(name).map((result) => [
          code(result.fault.id),
          result.fault.kind,
          result.fault.wrong,
          result.outcome === 'killed' ? whatKills(result) : '**nothing**',
        ]),
      ),
      '',
    ]),
  ].join('\n')
}
