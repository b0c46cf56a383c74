// What is wanted of a generator on held-out rows, and which of it a row of measurements meets.

const strict = ['wine', 'power', 'kin40k', 'elevators', 'bike']
const logLikelihoods = { power: 1.3, kin40k: -9.7, miniboone: -23.6, quakes: 0.8 }

const most = (limit) => ({ text: `at most ${limit}`, met: (value) => value <= limit, by: (value) => value - limit })
const least = (limit) => ({ text: `at least ${limit}`, met: (value) => value >= limit, by: (value) => limit - value })
const between = (low, high) => ({
  text: `between ${low} and ${high}`,
  met: (value) => low <= value && value <= high,
  by: (value) => Math.max(low - value, value - high),
})
const digits = (value) => Number(value.toPrecision(4))

/** The targets of a table by the name of the measurement; `floor` is what the training rows themselves measure, `rows` the whole table's. */
export const targetsOf = (table, rows, floor) => ({
  c2st: most(strict.includes(table) ? 0.53 : 0.55),
  ratio: between(0.9, 1.3),
  ...(floor?.meanKl != null && { meanKl: most(digits(floor.meanKl + 0.01)) }),
  ...(floor?.energy != null && rows > 5000 && { energy: most(digits(floor.energy + 0.001)) }),
  ...(logLikelihoods[table] !== undefined && { logLikelihood: least(logLikelihoods[table]) }),
})

/** Each target beside the value: met, missed by how much, or not measured. */
export const judged = (targets, values) =>
  Object.entries(targets).map(([name, { text, met, by }]) => {
    const value = values[name]
    if (value == null) return { name, text, state: 'not measured' }
    return met(value) ? { name, text, value, state: 'met' } : { name, text, value, state: 'missed', by: by(value) }
  })
