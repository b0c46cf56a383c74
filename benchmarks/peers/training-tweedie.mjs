// Steps of Adam on an MLP, or samples of one, with @tweedie/nn and @tweedie/density on the wasm or cpu backend.
import { hostMatrix, key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { generate } from '@tweedie/density'
import { adam, constant, mlp, train } from '@tweedie/nn'
import { wasm } from '@tweedie/wasm'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { batch, sizes, steps, samples, backend, threads, build } = job
const B = backend === 'cpu' ? cpu() : wasm({ threads, ...(build && { build }) })
const label = backend === 'cpu' ? '@tweedie/core cpu' : `@tweedie/wasm, ${B.describe().build}`
const network = mlp(sizes, { activation: 'tanh' })
if (samples === undefined) {
  const [inputs, targets] = [B.tensor(job.x, [batch, sizes[0]]), B.tensor(job.y, [batch, sizes.at(-1)])]
  const fit = async () => {
    const { parameters } = await train(B, {
      network,
      inputs,
      targets,
      optimiser: adam({ rate: constant(1e-3) }),
      steps,
      batch,
      validationFraction: 0,
      validateEvery: steps,
      key: key(0),
    })
    for (const layer of parameters) for (const tensor of Object.values(layer)) B.free(tensor)
  }
  await tell(label, job, fit)
} else {
  const generator = { network, parameters: network.initialise(B, key(1)) }
  let drawn = hostMatrix([], 0, 0)
  const draw = async () => {
    drawn = await generate(B, generator, { count: samples, key: key(2) })
  }
  await tell(label, job, draw, () => drawn.data.slice(0, 0))
}
B.dispose?.()
