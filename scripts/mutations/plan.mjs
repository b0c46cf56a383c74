// The pure parts of the mutation check: how a fault is applied, which files are property tests, and which of them can notice a fault, in
// what order.
import { posix } from 'node:path'

/** How often a text holds a string. */
export const occurrences = (text, wanted) => text.split(wanted).length - 1

/** The source with the fault in it. Throws where the fault is stale: its string must occur exactly once. */
export const withFault = ({ id, file, from, to }, source) => {
  const count = occurrences(source, from)
  if (count !== 1)
    throw new Error(`fault ${id} is stale: its source string occurs ${count} times in ${file}, where it must occur once\n  ${from}`)
  return source.replace(from, () => to)
}

/** The specifiers that a module imports or exports from, those of `import()` included; types alone do not count. */
export const importsOf = (source) => {
  const found = [
    ...source.matchAll(/^(?:import|export)(?! type\b)[^'"]*?\bfrom\s*'([^']+)'/gm),
    ...source.matchAll(/^import\s*'([^']+)'/gm),
    ...source.matchAll(/\bimport\(\s*'([^']+)'/g),
  ]
  return [...new Set(found.map((match) => match[1]))]
}

/** The file that an import names, by the aliases of vitest.config.ts; undefined for a library. */
const resolve = (importer, specifier, files) => {
  const own = specifier.match(/^@tweedie\/([a-z-]+)(\/cpu)?$/)
  const path = own
    ? `packages/${own[1]}/src${own[2] ?? ''}/index.ts`
    : specifier.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(importer), specifier)).replace(/\.js$/, '.ts')
      : undefined
  return path !== undefined && Object.hasOwn(files, path) ? path : undefined
}

/** What every file imports, by path; `files` maps paths to texts. */
export const importGraph = (files) =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, importsOf(text).flatMap((specifier) => resolve(path, specifier, files) ?? [])]),
  )

/** The property tests: test files that import fast-check or the laws of @tweedie/testing. */
export const propertyTests = (files) =>
  Object.keys(files)
    .filter(
      (path) => path.endsWith('.test.ts') && importsOf(files[path]).some((name) => name === 'fast-check' || name === '@tweedie/testing'),
    )
    .sort()

/** How many imports lead from a file to each that it reaches; itself at 0. */
const hopsFrom = (graph, start) => {
  const hops = new Map([[start, 0]])
  for (const [path, distance] of hops) for (const next of graph[path] ?? []) if (!hops.has(next)) hops.set(next, distance + 1)
  return hops
}

const packageOf = (path) => path.match(/^packages\/([^/]+)\//)?.[1]

/** 0 beside the file, 1 in its package, 2 in a package that depends on it, 3 in tests/. */
export const tier = (test, file) => {
  if (posix.dirname(test) === posix.dirname(file)) return 0
  if (packageOf(test) === undefined) return 3
  return packageOf(test) === packageOf(file) ? 1 : 2
}

/**
 * The property tests whose imports reach a file, nearest first: those beside it, those of its package, those of the packages that depend on
 * it, those in tests/; among these by the number of imports between, then the quickest.
 */
export const testsFor = (file, tests, graph, seconds = {}) =>
  tests
    .flatMap((test) => {
      const hops = hopsFrom(graph, test).get(file)
      return hops === undefined ? [] : [{ test, rank: [tier(test, file), hops, seconds[test] ?? 0] }]
    })
    .sort((a, b) => {
      const differing = a.rank.findIndex((value, k) => value !== b.rank[k])
      return differing < 0 ? (a.test < b.test ? -1 : 1) : a.rank[differing] - b.rank[differing]
    })
    .map(({ test }) => test)

/** `count` of the items in their order, drawn by a seed (a linear congruential generator, Knuth's MMIX). */
export const sampleOf = (items, count, seed) => {
  let state = BigInt(seed)
  const drawn = items.map((item, index) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return { item, index, draw: Number(state >> 32n) }
  })
  return drawn
    .sort((a, b) => a.draw - b.draw)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item)
}
