import { type Backend, type TweedieError, toTweedieError } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { type Checkpoint, withFallback } from '@tweedie/nn'
import type { TfTensor } from '@tweedie/tfjs-gpu'
import { type WasmTensor, wasm } from '@tweedie/wasm'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { BackendName } from './names.js'
import { openWebgpu } from './webgpu.js'

/** What computes, and on how many threads; all that the machine has when not given. */
export interface BackendChoice {
  readonly backend: BackendName
  readonly threads?: number
}

/** Takes a line for the user. */
export type Note = (line: string) => void

/** Runs a job on a backend, says which GPU it is where it is one, and disposes of it, however the job ends. */
export const withBackend = async <R>(
  { backend, threads }: BackendChoice,
  note: Note,
  job: <N>(B: Backend<N>) => Promise<R>,
): Promise<R> => {
  if (backend === 'cpu') return job(cpu())
  if (backend === 'wasm') return using(wasm(threads === undefined ? {} : { threads }), job)
  return using(await openWebgpu(note), job)
}

const using = async <N, R>(B: Backend<N> & { readonly dispose: () => void }, job: (B: Backend<N>) => Promise<R>): Promise<R> => {
  try {
    return await job(B)
  } finally {
    B.dispose()
  }
}

/** Where a job keeps how far it is, and what is to be said of where it ran. */
export interface Place<C> {
  /** There where another backend may go on with the job. */
  readonly checkpoint?: Checkpoint<C>
  /** Sentences for the report: the GPU, and its loss. */
  readonly notices: readonly string[]
}

/** The same; a job whose GPU is lost goes on with wasm, from what it kept last. What it gives holds no tensors. */
export const withSpareBackend = async <R, C = never>(
  choice: BackendChoice,
  note: Note,
  job: <N>(B: Backend<N>, place: Place<C>) => Promise<R>,
): Promise<R> => {
  const notices: string[] = []
  if (choice.backend !== 'webgpu') return withBackend(choice, note, (B) => job(B, { notices }))
  return withFallback<readonly [TfTensor, WasmTensor], R, C>(
    [() => openWebgpu(note, notices), () => wasm()],
    (B, checkpoint) => job(B, { checkpoint, notices }),
    {
      onFallback: ({ error, checkpoint }) => {
        note(`${error.what}; wasm goes on ${checkpoint === undefined ? 'from the beginning' : 'from the last checkpoint'}`)
        notices.push(`${error.what.replace(/^./, (letter) => letter.toUpperCase())}; wasm computed the rest.`)
      },
    },
  )
}

/** The same for a job that says its error as the left side. */
export const backendTask = <A>(
  choice: BackendChoice,
  note: Note,
  job: <N>(B: Backend<N>) => TE.TaskEither<TweedieError, A>,
): TE.TaskEither<TweedieError, A> =>
  TE.tryCatch(
    () =>
      withSpareBackend(choice, note, async (B) => {
        const ended = await job(B)()
        if (E.isLeft(ended)) throw ended.left
        return ended.right
      }),
    (thrown) =>
      toTweedieError(thrown, {
        tag: 'Unsupported',
        where: choice.backend,
        what: 'the job failed',
        mend: 'See the cause; if it is not clear, report it',
      }),
  )
