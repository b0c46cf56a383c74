// The comparison as Markdown: one table for each data set, a summary of C2ST and nearest-neighbour ratio, and what `best` meets and misses.

const fixed = (count) => (value) => value.toFixed(count)
const seconds = (value) => (value < 0.1 ? value.toFixed(3) : value < 10 ? value.toFixed(1) : value.toFixed(0))

const columns = [
  { name: 'c2st', title: 'C2ST', show: fixed(3) },
  { name: 'c2stDrawn', title: 'C2ST as drawn', show: fixed(3) },
  { name: 'auc', title: 'AUC', show: fixed(3) },
  { name: 'ratio', title: 'NN ratio', show: fixed(2) },
  { name: 'copies', title: 'copies', show: (value) => `${(100 * value).toFixed(1)} %` },
  { name: 'meanKl', title: 'mean KL', show: fixed(4) },
  { name: 'ks', title: 'mean KS', show: fixed(4) },
  { name: 'correlation', title: 'correlation', show: fixed(3) },
  { name: 'energy', title: 'energy', show: fixed(4) },
  { name: 'slicedWasserstein', title: 'sliced W₂', show: fixed(3) },
  { name: 'density', title: 'density', show: fixed(2) },
  { name: 'coverage', title: 'coverage', show: fixed(2) },
  { name: 'logLikelihood', title: 'log p', show: fixed(2) },
  { name: 'fitSeconds', title: 'fit, s', show: seconds },
  { name: 'sampleSeconds', title: 'sample, s', show: seconds },
]

const labels = { c2st: 'C2ST', ratio: 'NN ratio', meanKl: 'mean KL', energy: 'energy distance', logLikelihood: 'log-likelihood' }

const cell = ({ name, show }, row, targets) => {
  const value = row.values[name]
  if (value == null) return '–'
  const text = show(value)
  return !row.floor && targets[name]?.met(value) ? `**${text}**` : text
}

const line = (cells) => `| ${cells.join(' | ')} |`

/** One data set: the floors first, then every method that has rows; below it, what is missing and why. */
export const tableOf = ({ title, sizes, targets, rows }) => {
  const shown = columns.filter(({ name }) => rows.some(({ values }) => values?.[name] != null))
  return [
    `### ${title}`,
    '',
    `${sizes.train.toLocaleString('en')} training and ${sizes.test.toLocaleString('en')} held-out rows of ${sizes.columns} columns. Wanted: ${Object.entries(
      targets,
    )
      .map(([name, { text }]) => `${labels[name]} ${text}`)
      .join(', ')}. One standard error of C2ST is about ${(0.5 / Math.sqrt(2 * Math.min(sizes.test, 5000))).toFixed(3)}.`,
    '',
    line(['', ...shown.map((column) => column.title)]),
    line(['---', ...shown.map(() => '--:')]),
    ...rows
      .filter(({ values }) => values !== undefined)
      .map((row) => line([row.label, ...shown.map((column) => cell(column, row, targets))])),
    '',
    ...rows.filter(({ missing }) => missing !== undefined).map(({ label, missing }) => `* left out: ${label}, ${missing}`),
    ...rows.flatMap(({ label, settings }) =>
      settings === undefined || Object.keys(settings).length === 0 ? [] : [`* ${label}: ${settingsText(settings)}`],
    ),
    '',
  ].join('\n')
}

const settingsText = (settings) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value}`)
    .join(', ')

/** C2ST / nearest-neighbour ratio of every method on every data set. */
export const summaryOf = (tables) => {
  const names = [...new Set(tables.flatMap(({ rows }) => rows.map(({ label }) => label)))]
  const both = ({ targets, rows }, label) => {
    const row = rows.find((each) => each.label === label)
    if (row?.values === undefined) return '–'
    return ['c2st', 'ratio']
      .map((name) =>
        cell(
          columns.find((column) => column.name === name),
          row,
          targets,
        ),
      )
      .join(' / ')
  }
  return [
    line(['C2ST / NN ratio', ...tables.map(({ name }) => name)]),
    line(['---', ...tables.map(() => '--:')]),
    ...names.map((label) => line([label, ...tables.map((table) => both(table, label))])),
    '',
  ].join('\n')
}

/** What one method meets and misses, table by table. */
export const verdictOf = (tables, label) => {
  const all = tables.flatMap(({ name, rows }) =>
    (rows.find((row) => row.label === label)?.judged ?? []).map((each) => ({ table: name, ...each })),
  )
  const of = (state) => all.filter((each) => each.state === state)
  if (all.length === 0) return ''
  return [
    `${label} meets ${of('met').length} of ${all.length - of('not measured').length} targets measured.`,
    '',
    ...of('missed').map(
      ({ table, name, value, text, by }) =>
        `* missed: ${table}, ${labels[name]} ${value.toPrecision(3)}, wanted ${text}, off by ${by.toPrecision(2)}`,
    ),
    ...of('not measured').map(({ table, name, text }) => `* not measured: ${table}, ${labels[name]}, wanted ${text}`),
    '',
  ].join('\n')
}

export const reading = `Every method is fitted to the same training rows and draws as many. C2ST is the cross-validated accuracy of gradient boosting (scikit-learn) in telling its rows from as
many held-out ones, at most 5,000 of each: 0.5 is chance. The generators of real numbers (all but \`best\`, the closed form and CART) have their values set to the nearest
training value in columns that repeat values in more than a tenth of the rows; "as drawn" is without this. NN ratio is the median distance from a row to its nearest training row over that of held-out rows: near
0 is copying. Copies are rows that equal a training row. Mean KL and KS are means over columns; correlation is the mean difference of the correlations; energy is
the squared energy distance. Everything is in training standard deviations. log p is the mean log-likelihood of the held-out rows in nats a row, told where the columns are continuous; that of our presets is the law of their labels, the kernel density at the floor. Floors: the training rows as
the sample (their copies are no fault), and one half of the held-out rows against the other, whose distances are larger because there are fewer rows. Times are of one thread. Bold meets the target.`

/** The whole page. */
export const page = ({ processor, cores, node, v8 }, versions, seed, tables) =>
  [
    '# Comparison on tables',
    '',
    '<!-- Written by `npm run compare -- --write`. -->',
    '',
    `Measured on ${cores} cores of ${processor}, Node ${node} (V8 ${v8})${versions.length > 0 ? `, ${versions.join(', ')}` : ''}; split by seed ${seed}.`,
    '',
    reading,
    '',
    '## Summary',
    '',
    summaryOf(tables),
    verdictOf(tables, '**preset `best`**'),
    '## Tables',
    '',
    ...tables.map(tableOf),
  ].join('\n')
