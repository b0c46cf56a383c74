import type { TweedieError } from '@tweedie/core'
import { hiddenFor } from '@tweedie/density'
import { Command, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { demoChoice, demoCommand } from './commands/demo.js'
import { type DensityText, densityCommand, parseDensity } from './commands/density.js'
import { densityMethods, densityUnits } from './commands/density-methods.js'
import { evaluateCommand } from './commands/evaluate.js'
import { exportCommand } from './commands/export.js'
import { type FitRequest, fitCommand } from './commands/fit.js'
import { parseBandwidth } from './commands/given.js'
import { reproduceCommand } from './commands/reproduce.js'
import { reproduceText } from './commands/reproduce-text.js'
import { sampleCommand } from './commands/sample.js'
import { sampleGivenCommand } from './commands/sample-given.js'
import { summaryText } from './commands/summary-text.js'
import type { World } from './commands/world.js'
import { reproductions } from './reproduce/list.js'
import { parseReproduce, type ReproduceText, scales } from './reproduce/request.js'
import { storeFolder } from './reproduce/run-experiment.js'
import { activations, backends, grids, presets, scalings, solvers } from './settings/names.js'
import { parseSample, parseSettings, type SampleText, type SettingsText, wholeNumber } from './settings/parse-settings.js'
import { defaultSettings, wholeCloudRows } from './settings/settings.js'
import { version } from './version.js'

/**
 * Runs a job with what it needs of the world around it, and turns its outcome into an exit status. `interrupted` is what to say of an interruption;
 * that nothing was written, by default.
 */
export type Perform = (
  quiet: boolean | undefined,
  job: (world: World) => TE.TaskEither<TweedieError, unknown>,
  interrupted?: string,
) => Promise<void>

/** Options that `fit` and `demo` share, as commander gives them. */
type FitOptions = SettingsText & {
  readonly out: string
  readonly columns?: readonly string[]
  readonly drop?: readonly string[]
  readonly categories?: readonly string[]
  readonly force?: boolean
  readonly quiet?: boolean
}

type SampleOptions = SampleText & {
  readonly out: string
  readonly given?: readonly string[]
  readonly bandwidth?: string
  readonly quiet?: boolean
}

/** The commands and their options. `args` is the command line, which a model folder keeps. */
export const describeProgram = (args: readonly string[], perform: Perform, print: (text: string) => void): Command => {
  const program = new Command('tweedie')
    .description('Learn the distribution of a table without training a score, draw new rows, and check them.')
    .version(version)
    .showHelpAfterError(false)

  const request = (options: FitOptions): E.Either<TweedieError, FitRequest> =>
    pipe(
      parseSettings(options),
      E.map((settings) => ({
        out: options.out,
        force: options.force === true,
        ...(options.columns && { columns: options.columns }),
        ...(options.drop && { drop: options.drop }),
        ...(options.categories && { categories: options.categories }),
        settings,
        command: ['tweedie', ...args.map(quoted)].join(' '),
      })),
    )
  const fitting = (options: FitOptions, job: (request: FitRequest, world: World) => ReturnType<typeof fitCommand>): Promise<void> =>
    perform(options.quiet, (world) =>
      pipe(
        TE.fromEither(request(options)),
        TE.chain((made) =>
          pipe(
            job(made, world),
            TE.map((outcome) => print(summaryText(made.out, outcome))),
          ),
        ),
      ),
    )

  withFitOptions(
    program
      .command('fit')
      .description('fit a generator to a table and write a model folder')
      .argument('<table>', '.csv, .tsv, .txt, .npy, .parquet, .arrow, .feather or .arrows, also .gz'),
  )
    .requiredOption('--out <dir>', 'the model folder to write')
    .option('--columns <list>', 'columns to learn, by name or number, separated by commas', list)
    .option('--drop <list>', 'columns to leave out', list)
    .option('--categories <list>', 'columns of numbers or dates to learn as categories', list)
    .action((table: string, options: FitOptions) => fitting(options, (made, world) => fitCommand({ ...made, table }, world)))

  withFitOptions(program.command('demo').description('fit a week of earthquakes and write a report'))
    .option('--out <dir>', 'the model folder to write', 'out/earthquakes')
    // The folder of an earlier demo is replaced, whatever its settings; a folder that holds anything else is not.
    .action((options: FitOptions) => fitting({ ...(options.preset === undefined && demoChoice), ...options, force: true }, demoCommand))

  program
    .command('sample')
    .description('draw new rows from a model folder')
    .argument('<dir>', 'a folder that fit wrote')
    .requiredOption('--count <n>', 'how many rows')
    .requiredOption('--out <file>', '.csv, .tsv, .npy, .parquet, .arrow, .feather or .arrows, also .gz')
    .option('--given <column=value>', 'draw the other columns given this value, without training; repeat for more columns', each)
    .option('--bandwidth <h>', 'how near training rows have to be, in standard deviations (by their number)')
    .option('--seed <n>', 'seed of the new rows', '1')
    .option('--backend <name>', `what computes: ${backends.join(', ')}`, defaultSettings.backend)
    .option('--threads <n>', 'threads of the wasm backend; never changes the result (all cores)')
    .option('--quiet', 'print nothing but errors')
    .action((folder: string, { out, quiet, given = [], bandwidth, ...options }: SampleOptions) =>
      perform(quiet, (world) =>
        pipe(
          TE.Do,
          TE.bind('chosen', () => TE.fromEither(parseSample(options))),
          TE.bind('h', () => TE.fromEither(parseBandwidth(bandwidth, given))),
          TE.chain(({ chosen, h }) =>
            given.length === 0
              ? sampleCommand({ folder, out, ...chosen }, world)
              : sampleGivenCommand({ folder, out, given, ...(h !== undefined && { bandwidth: h }), ...chosen }, world),
          ),
        ),
      ),
    )

  program
    .command('export')
    .description('write the generator of a model folder for other programs')
    .argument('<dir>', 'a folder that fit wrote')
    .requiredOption('--out <file>', '.onnx for noise to rows (opset 17), .safetensors for weights as PyTorch names them')
    .action((folder: string, { out }: { readonly out: string }) => perform(true, (world) => exportCommand({ folder, out }, world)))

  program
    .command('density')
    .description('the log-density of rows under a model folder; the least likely ones as anomalies')
    .argument('<dir>', 'a folder that fit wrote')
    .argument('<table>', 'rows with the columns of the model, by name')
    .option('--method <name>', `${densityMethods.join(', ')}: the closed form, or by the flow, the generator's Jacobian, or draws`, 'cloud')
    .option('--units <name>', `${densityUnits.join(', ')}: ln p of rows of the table, or of the model's scores`, 'values')
    .option('--out <file>', 'write row, log_density, anomaly_score and anomaly_rank')
    .option('--label <column>', 'a column of two values that marks anomalies: print how well −ln p tells them')
    .option('--seed <n>', 'seed of the draws', '1')
    .option('--backend <name>', `what computes: ${backends.join(', ')}`, defaultSettings.backend)
    .option('--threads <n>', 'threads of the wasm backend; never changes the result (all cores)')
    .option('--quiet', 'print nothing but errors and the result')
    .action((folder: string, table: string, { quiet, ...options }: DensityText & { readonly quiet?: boolean }) =>
      perform(quiet, (world) =>
        pipe(
          TE.fromEither(parseDensity(options)),
          TE.chain((chosen) => densityCommand({ folder, table, ...chosen }, world)),
        ),
      ),
    )

  program
    .command('evaluate')
    .description('compare generated rows with real ones by every metric')
    .argument('<real>', 'real rows: held out ones when --train is given, else all')
    .argument('<generated>', 'generated rows, with the same columns')
    .option('--train <table>', 'the rows that the generator was fitted to')
    .option('--json', 'print JSON for programs')
    .option('--seed <n>', 'seed of the projections and subsamples', '0')
    .action((real: string, generated: string, options: { train?: string; json?: boolean; seed: string }) =>
      perform(true, (world) =>
        pipe(
          numbers({ seed: ['--seed', options.seed, 0] }),
          TE.fromEither,
          TE.chain(({ seed }) =>
            evaluateCommand(
              { real, generated, seed, json: options.json === true, ...(options.train !== undefined && { training: options.train }) },
              world,
            ),
          ),
        ),
      ),
    )

  const names = reproductions.map(({ name }) => name)
  const needs = new Map(reproductions.flatMap(({ name, needs: where }) => (where === undefined ? [] : [[name, where] as const])))
  program
    .command('reproduce')
    .description('compute an experiment of the two papers again, or all of them, and write a report')
    .argument('<name>', [...names, 'all'].join(', '))
    .option('--out <dir>', 'the folder of results, trained models and report.html', 'out/reproduce')
    .option('--scale <name>', `${scales.join(', ')}: minutes, or as many steps and points as the paper`, 'quick')
    .option('--data <file>', 'the original file of the tables of the density paper: without it, power says which that is')
    .option('--seeds <list>', 'seeds, separated by commas; figures are of the first (0,1,2 for quick, 0 for paper)')
    .option('--backend <name>', `what computes: ${backends.join(', ')}`, defaultSettings.backend)
    .option('--threads <n>', 'threads of the wasm backend; never changes the result (all cores)')
    .option('--force', 'run again what is complete')
    .option('--quiet', 'print nothing but errors and the verdicts')
    .action((name: string, { quiet, ...options }: ReproduceText & { readonly quiet?: boolean }) =>
      perform(
        quiet,
        (world) =>
          pipe(
            TE.fromEither(parseReproduce(name, options, names, needs)),
            TE.chain((request) =>
              pipe(
                reproduceCommand(request, reproductions, world),
                TE.map((experiments) => print(reproduceText(request.out, request.names, experiments))),
              ),
            ),
          ),
        `what was computed is kept in ${storeFolder(options.out)}; the same command goes on from there`,
      ),
    )
  return program
}

const withFitOptions = (command: Command): Command => {
  const choice = (flags: string, description: string, values: readonly string[], usual: string): Option =>
    new Option(flags, `${description}: ${values.join(', ')} (${usual})`)
  return command
    .addOption(choice('--preset <name>', 'the way from the table to a generator', presets, defaultSettings.preset))
    .option('--spread <x>', 'preset best: width of the kernels along the data (chosen on validation rows)')
    .option('--step <x>', 'preset best: how far a sample goes from its label, or network (chosen on validation rows)')
    .option('--labels <n>', `labelled pairs to make (${defaultSettings.labels})`)
    .option(
      '--mini-batch <n>',
      `presets plain and paper: points in each Monte Carlo score (plain: all training rows, at most ${wholeCloudRows})`,
    )
    .option('--floor <variance>', `noise variance left in the labels (${defaultSettings.floor}; preset plain: by the size of the table)`)
    .addOption(choice('--solver <name>', 'solver of the reverse ODE', Object.keys(solvers), defaultSettings.solver))
    .addOption(choice('--grid <name>', 'its time grid', Object.keys(grids), defaultSettings.grid))
    .option('--steps <n>', `its steps (${defaultSettings.steps})`)
    .option('--hidden <sizes>', `hidden layers of the network (${hiddenFor(1).join(',')}; wider for many columns)`)
    .addOption(choice('--activation <name>', 'its activation', activations, defaultSettings.activation))
    .option('--training-steps <n>', `steps of Adam (${defaultSettings.trainingSteps})`)
    .option('--batch <n>', `pairs in each (${defaultSettings.batch})`)
    .option('--rate <x>', `largest rate of Adam (${defaultSettings.rate})`)
    .addOption(choice('--scaling <name>', 'how columns are brought to one scale', scalings, defaultSettings.scaling))
    .option('--test-fraction <x>', `share of rows held out for the metrics (${defaultSettings.testFraction})`)
    .option('--samples <n>', 'rows in samples.csv (as many as the table has)')
    .option('--chunk <n>', `states solved at a time; never changes the result (${defaultSettings.chunk})`)
    .addOption(choice('--backend <name>', 'what computes', backends, defaultSettings.backend))
    .option('--threads <n>', 'threads of the wasm backend; never changes the result (all cores)')
    .option('--seed <n>', `seed of everything random (${defaultSettings.seed})`)
    .option('--force', 'replace a folder that holds another model')
    .option('--quiet', 'print nothing but errors')
}

const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

const list = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
]

const numbers = <Name extends string>(
  options: Record<Name, readonly [option: string, text: string, least: number]>,
): E.Either<TweedieError, Record<Name, number>> =>
  E.tryCatch(
    () =>
      Object.fromEntries(
        Object.entries<readonly [string, string, number]>(options).map(([name, [option, text, least]]) => [
          name,
          wholeNumber(option, text, least),
        ]),
      ) as Record<Name, number>,
    (thrown) => thrown as TweedieError,
  )

const quoted = (word: string): string => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
