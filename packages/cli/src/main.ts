import { type TweedieError, tweedieError } from '@tweedie/core'
import { Command, CommanderError, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { demoCommand } from './commands/demo.js'
import { evaluateCommand } from './commands/evaluate.js'
import { type FitRequest, fitCommand } from './commands/fit.js'
import { sampleCommand } from './commands/sample.js'
import { summaryText } from './commands/summary-text.js'
import type { World } from './commands/world.js'
import { createProgress } from './files/index.js'
import { grids, solvers } from './settings/names.js'
import { parseSettings, type SettingsText, wholeNumber } from './settings/parse-settings.js'
import { defaultSettings } from './settings/settings.js'
import { version } from './version.js'

/** Where the command writes and what it listens to; the process's own by default. */
export interface Surroundings {
  readonly stdout?: NodeJS.WritableStream
  readonly stderr?: NodeJS.WritableStream
  readonly signal?: AbortSignal
}

/**
 * The `tweedie` command. `args` are the words after its name. Gives the exit status: 0 when it did what was asked, 2 for anything refused
 * (one line on stderr says what, where and the mend), 130 when interrupted. Never throws.
 */
export const main = async (
  args: readonly string[],
  { stdout = process.stdout, stderr = process.stderr, signal }: Surroundings = {},
): Promise<number> => {
  const interruption = interruptible(signal)
  const print = (text: string): void => void stdout.write(`${text}\n`)
  let status = 0

  const perform = (quiet: boolean | undefined, job: (world: World) => TE.TaskEither<TweedieError, unknown>): Promise<void> => {
    const progress = createProgress({ stream: stderr, quiet: quiet === true })
    return pipe(
      job({ progress, signal: interruption.signal, print }),
      TE.match(
        (error) => {
          progress.stop()
          status = report(stderr, error)
        },
        () => progress.stop(),
      ),
    )()
  }

  const program = describe(args, perform, print)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: () => undefined })
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (thrown) {
    status = thrown instanceof CommanderError ? usageStatus(stderr, thrown) : report(stderr, unexpected(thrown))
  } finally {
    interruption.stop()
  }
  return status
}

type Perform = (quiet: boolean | undefined, job: (world: World) => TE.TaskEither<TweedieError, unknown>) => Promise<void>

/** Options that `fit` and `demo` share, as commander gives them. */
type FitOptions = SettingsText & {
  readonly out: string
  readonly columns?: readonly string[]
  readonly drop?: readonly string[]
  readonly force?: boolean
  readonly quiet?: boolean
}

const describe = (args: readonly string[], perform: Perform, print: (text: string) => void): Command => {
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
      .argument('<table>', '.csv, .tsv, .txt, .npy or .parquet, also .gz'),
  )
    .requiredOption('--out <dir>', 'the model folder to write')
    .option('--columns <list>', 'columns to learn, by name or number, separated by commas', list)
    .option('--drop <list>', 'columns to leave out', list)
    .action((table: string, options: FitOptions) => fitting(options, (made, world) => fitCommand({ ...made, table }, world)))

  withFitOptions(program.command('demo').description('fit a week of earthquakes and write a report'))
    .option('--out <dir>', 'the model folder to write', 'out/earthquakes')
    .action((options: FitOptions) => fitting(options, demoCommand))

  program
    .command('sample')
    .description('draw new rows from a model folder')
    .argument('<dir>', 'a folder that fit wrote')
    .requiredOption('--count <n>', 'how many rows')
    .requiredOption('--out <file>', '.csv, .tsv, .npy or .parquet, also .gz')
    .option('--seed <n>', 'seed of the new rows', '1')
    .option('--quiet', 'print nothing but errors')
    .action((folder: string, options: { count: string; out: string; seed: string; quiet?: boolean }) =>
      perform(options.quiet, (world) =>
        pipe(
          numbers({ count: ['--count', options.count, 1], seed: ['--seed', options.seed, 0] }),
          TE.fromEither,
          TE.chain(({ count, seed }) => sampleCommand({ folder, count, seed, out: options.out }, world)),
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
  return program
}

const withFitOptions = (command: Command): Command => {
  const choice = (flags: string, description: string, values: readonly string[], usual: string): Option =>
    new Option(flags, `${description}: ${values.join(', ')} (${usual})`)
  return command
    .option('--labels <n>', `labelled pairs to make (${defaultSettings.labels})`)
    .option('--mini-batch <n>', 'points in each Monte Carlo score (all training rows, at most 4000)')
    .option('--floor <variance>', 'noise variance left in the labels (by the size of the table)')
    .addOption(choice('--solver <name>', 'solver of the reverse ODE', Object.keys(solvers), defaultSettings.solver))
    .addOption(choice('--grid <name>', 'its time grid', Object.keys(grids), defaultSettings.grid))
    .option('--steps <n>', `its steps (${defaultSettings.steps})`)
    .option('--hidden <sizes>', `hidden layers of the network (${defaultSettings.hidden.join(',')})`)
    .addOption(choice('--activation <name>', 'its activation', ['tanh', 'relu', 'silu', 'gelu'], defaultSettings.activation))
    .option('--training-steps <n>', `steps of Adam (${defaultSettings.trainingSteps})`)
    .option('--batch <n>', `pairs in each (${defaultSettings.batch})`)
    .option('--rate <x>', `largest rate of Adam (${defaultSettings.rate})`)
    .addOption(choice('--scaling <name>', 'how columns are brought to one scale', ['normal-scores', 'standard'], defaultSettings.scaling))
    .option('--test-fraction <x>', `share of rows held out for the metrics (${defaultSettings.testFraction})`)
    .option('--samples <n>', 'rows in samples.csv (as many as the table has)')
    .option('--chunk <n>', `states solved at a time; never changes the result (${defaultSettings.chunk})`)
    .addOption(choice('--backend <name>', 'what computes', ['cpu'], defaultSettings.backend))
    .option('--seed <n>', `seed of everything random (${defaultSettings.seed})`)
    .option('--force', 'replace a folder that holds another model')
    .option('--quiet', 'print nothing but errors')
}

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

/** Aborts on Ctrl-C and `kill`, or when the given signal does. */
const interruptible = (outer: AbortSignal | undefined): { readonly signal: AbortSignal; readonly stop: () => void } => {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  outer?.addEventListener('abort', abort)
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, abort)
  return {
    signal: controller.signal,
    stop: () => {
      outer?.removeEventListener('abort', abort)
      for (const name of names) process.off(name, abort)
    },
  }
}

const report = (stderr: NodeJS.WritableStream, error: TweedieError): number => {
  stderr.write(`tweedie: ${error.message}\n`)
  return error._tag === 'Aborted' ? 130 : 2
}

const unexpected = (thrown: unknown): TweedieError =>
  tweedieError(
    'Unsupported',
    'tweedie',
    `an error that it does not know: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    'Please report it',
  )

/** Help and version are no errors; a wrong command line is, in one line. */
const usageStatus = (stderr: NodeJS.WritableStream, error: CommanderError): number => {
  if (error.exitCode === 0) return 0
  const said = error.message
    .replace(/^error: /, '')
    .replace(/\.?$/, '')
    .replace(/\s*\n\s*/g, ' ')
  return report(
    stderr,
    tweedieError(
      'Usage',
      'command line',
      said === '(outputHelp)' ? 'no command was given' : said,
      'tweedie --help lists the commands, and tweedie fit --help the options of fit',
    ),
  )
}

const quoted = (word: string): string => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
