import { type Backend, type NativeOf, untyped } from '../backend/backend.js'
import { forEachTensor } from '../backend/scope.js'
import { eachOperation } from './each-operation.js'

/**
 * Memory by scope across `await`: runs the body with a backend S that is B but for keeping a list of its own, and frees, once the promise has settled,
 * every tensor that S's operations made but those inside the result (arrays and plain objects are searched). A body that throws or rejects frees all of them.
 * Several may run at the same time: each frees what it made itself, whatever is made in between. They nest: `asyncScope(S, …)`.
 *
 * What is made by B itself, or by a member of B that is none of a backend's (`gradient` of `autodiff(B)`), is not on the list: make `autodiff(S)`.
 * Tensors must not be made after the promise has settled; those are nobody's.
 */
export const asyncScope = async <B extends Backend<NativeOf<B>>, T>(B: B, body: (S: B) => Promise<T>): Promise<T> => {
  type N = NativeOf<B>
  const P = untyped<N>(B)
  const own = new Set<N>()
  // Synchronous scopes inside: what they make is theirs until they end.
  const open: Set<N>[] = [own]

  const S = eachOperation(
    B,
    ({ row, args, run }) => {
      const result = run()
      const operands = row.operands(args)
      for (const x of row.results(result)) if (!operands.includes(x)) open.at(-1)?.add(x)
      return result
    },
    {
      scope: <R>(inner: () => R): R => {
        const mine = new Set<N>()
        open.push(mine)
        try {
          return P.scope(() => {
            const result = inner()
            forEachTensor(result, P.isTensor, (x) => {
              if (mine.delete(x)) open.at(-2)?.add(x)
            })
            return result
          })
        } finally {
          open.splice(open.indexOf(mine), 1)
        }
      },
      free: (x: N): void => {
        for (const made of open) made.delete(x)
        P.free(x)
      },
    },
  )

  try {
    const result = await body(S)
    forEachTensor(result, P.isTensor, (x) => own.delete(x))
    return result
  } finally {
    for (const x of own) P.free(x)
  }
}
