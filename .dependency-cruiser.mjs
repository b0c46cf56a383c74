/**
 * The import arrows. A package may import those listed beside it, and nothing else of the workspace:
 * core ← score ← ode-sde; core ← nn; {score, ode-sde, nn} ← cem, density; cem and density measure with metrics; everything ← cli; metrics, testing, wasm and
 * tfjs-gpu import core alone.
 */
const arrows = {
  core: [],
  score: ['core'],
  'ode-sde': ['core', 'score'],
  nn: ['core'],
  cem: ['core', 'score', 'ode-sde', 'nn', 'metrics'],
  density: ['core', 'score', 'ode-sde', 'nn', 'metrics'],
  metrics: ['core'],
  testing: ['core'],
  wasm: ['core'],
  'tfjs-gpu': ['core'],
  cli: ['core', 'score', 'ode-sde', 'nn', 'cem', 'density', 'metrics', 'wasm', 'tfjs-gpu'],
}

const known = Object.keys(arrows)
const source = (name) => `^packages/${name}/src/`
/** Tests, and what only tests use: `x.test.ts`, `test-x.ts`, `testing.ts` and all in a folder `testing/`. */
const testsOf = (name) =>
  ['\\.test\\.ts$', '/test-[^/]+\\.ts$', '/testing\\.ts$', '/testing/[^/]+\\.ts$'].map((end) => `^packages/${name}/src.*${end}`)
const anyTest = testsOf('[^/]+')
const either = (names) => `(?:${names.join('|')})`

/** `from` sees the workspace packages in `allowed` and itself. */
const arrow = (name, allowed, from, comment) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { path: '^packages/[^/]+/', pathNot: `^packages/${either(allowed)}/` },
})

export default {
  forbidden: [
    ...known.map((name) =>
      arrow(
        `arrow-${name}`,
        [name, ...arrows[name]],
        { path: source(name), pathNot: anyTest },
        `${name} may import ${arrows[name].map((other) => `@tweedie/${other}`).join(', ') || 'no other package'}. Move the code, or turn the dependency round.`,
      ),
    ),
    ...known.map((name) =>
      arrow(
        `arrow-${name}-tests`,
        [...new Set([name, ...arrows[name], 'testing'])],
        { path: testsOf(name) },
        `A test of ${name} may import what ${name} may, and @tweedie/testing.`,
      ),
    ),
    {
      name: 'package-without-arrows',
      comment: 'A new package needs a line in the table of .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `^packages/${either(known)}/` },
      to: {},
    },
    {
      name: 'no-cycle',
      comment: 'No file reaches itself. Move what the two share into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'package-by-name',
      comment: 'Another package is imported by its name, never by a relative path.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/([^/]+)/', pathNot: '^packages/$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'public-face-only',
      comment: "Of another package only its public face is seen: src/index.ts, core's src/cpu and tfjs-gpu's src/node.",
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: {
        path: '^packages/([^/]+)/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/core/src/cpu/index\\.ts$',
          '^packages/tfjs-gpu/src/node/index\\.ts$',
        ],
      },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere: a missing file, or a path that the package does not export.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: "A library that a package's source imports is among that package's own dependencies.",
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: anyTest },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'undetermined'],
        dependencyTypesNot: ['npm', 'npm-peer', 'aliased', 'type-only'],
      },
    },
    {
      name: 'tests-apart',
      comment: 'What is for tests only (x.test.ts, test-x.ts, testing.ts, testing/) is imported by tests only.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: anyTest },
      to: { path: anyTest },
    },
    {
      name: 'runs-in-a-browser',
      comment: 'Only cli may use what Node alone has, and the subpath of tfjs-gpu that is for Node.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [...anyTest, '^packages/cli/', '^packages/tfjs-gpu/src/node/'] },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/|^packages/[^/]+/tsup\\.config\\.ts$|^packages/[^/]+/bin/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
