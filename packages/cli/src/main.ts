import { type TweedieError, tweedieError } from '@tweedie/core'
import { CommanderError } from 'commander'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { createProgress } from './files/index.js'
import { describeProgram, type Perform } from './program.js'

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

  const perform: Perform = (quiet, job, interrupted) => {
    const progress = createProgress({ stream: stderr, quiet: quiet === true })
    return pipe(
      job({ progress, signal: interruption.signal, print }),
      TE.match(
        (error) => {
          progress.stop()
          status = report(stderr, error, interrupted)
        },
        () => progress.stop(),
      ),
    )()
  }

  const program = describeProgram(args, perform, print)
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

/** Aborts on Ctrl-C and `kill`, or when the given signal does. */
const interruptible = (outer: AbortSignal | undefined): { readonly signal: AbortSignal; readonly stop: () => void } => {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  outer?.addEventListener('abort', abort)
  if (outer?.aborted === true) abort()
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

const report = (stderr: NodeJS.WritableStream, error: TweedieError, interrupted = 'nothing was written'): number => {
  const isInterruption = error._tag === 'Aborted'
  stderr.write(isInterruption ? `tweedie: interrupted; ${interrupted}\n` : `tweedie: ${error.message}\n`)
  return isInterruption ? 130 : 2
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
