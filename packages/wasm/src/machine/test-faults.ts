import { type Machine, makeMachine } from './machine.js'

/** A machine whose workers run `body` in place of fill_f32(out, value, from, to); `fill` in it is the real one. */
export const machineWith = (body: string, { threads = 2, patience = 60 } = {}): Machine =>
  makeMachine({
    threads,
    testing: {
      patience,
      prelude: `
        const Instance = WebAssembly.Instance
        WebAssembly.Instance = function (module, imports) {
          const { exports } = new Instance(module, imports)
          const fill = exports.fill_f32
          return { exports: { ...exports, fill_f32: (out, value, from, to) => { ${body} } } }
        }`,
    },
  })

/** Rows per job: enough that a worker which is awake takes some. */
export const rows = 1 << 19

/** Fills `rows` numbers with 1 on all threads, and gives them. A cost that is far too high makes every job worth sharing. */
export const fillOnce = (machine: Machine, at: number): Float32Array => {
  machine.parallel('fill_f32', [at, 1], rows, { grain: 64, cost: 1e4 })
  return machine.f32().subarray(at / 4, at / 4 + rows)
}

/** Waits, with the event loop running, until a condition holds. */
export const eventually = async (condition: () => boolean, milliseconds = 20_000): Promise<void> => {
  for (const until = performance.now() + milliseconds; !condition(); ) {
    if (performance.now() > until) throw new Error(`not within ${milliseconds} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
