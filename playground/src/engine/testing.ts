import type { Answer } from '../protocol.js'
import type { Setup } from '../setup.js'
import { type Backends, makeBackends } from './backends.js'
import { type JobRequest, runJob } from './run-job.js'

/** A small setup; tests change what they are about. */
export const smallSetup: Setup = {
  points: [
    [-1, 0],
    [1, 0.5],
    [0, -2],
  ],
  process: 'vp-linear',
  grid: 'log-snr',
  solver: 'dpm-solver-2m',
  backend: 'wasm',
  steps: 20,
  particles: 50,
  seed: 1,
}

/** One set of backends for the tests of a file. */
export const testBackends: Backends = makeBackends()

type AnswerOf<K extends Answer['kind']> = Extract<Answer, { readonly kind: K }>

/** What a job answered. */
export interface Heard {
  readonly answers: readonly Answer[]
  readonly last: Answer
  readonly of: <K extends Answer['kind']>(kind: K) => readonly AnswerOf<K>[]
}

/** Runs a job to its last answer. `hear` may abort it. */
export const heard = async (
  request: JobRequest,
  {
    hear = () => {},
    backends = testBackends,
  }: { readonly hear?: (answer: Answer, abort: () => void) => void; readonly backends?: Backends } = {},
): Promise<Heard> => {
  const answers: Answer[] = []
  const controller = new AbortController()
  await runJob(
    request,
    (answer) => {
      answers.push(answer)
      hear(answer, () => controller.abort())
    },
    { signal: controller.signal, backends },
  )
  return {
    answers,
    last: answers[answers.length - 1] as Answer,
    of: <K extends Answer['kind']>(kind: K) => answers.filter((answer): answer is AnswerOf<K> => answer.kind === kind),
  }
}

export const isLast = ({ kind }: Answer): boolean => kind === 'done' || kind === 'cancelled' || kind === 'failed'

/** The distance of every row of [rows, 2] to the nearest of the points. */
export const distancesTo = (points: Setup['points'], positions: ArrayLike<number>): readonly number[] =>
  Array.from({ length: positions.length / 2 }, (_, row) =>
    Math.min(...points.map(([x, y]) => Math.hypot((positions[2 * row] as number) - x, (positions[2 * row + 1] as number) - y))),
  )
