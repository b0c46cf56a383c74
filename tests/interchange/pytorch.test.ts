import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Activation, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { decodeSafetensors, loadParameters, mlp, saveParameters } from '@tweedie/nn'
import { wasm } from '@tweedie/wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const has = 'import sys; from importlib.util import find_spec; sys.exit(not (find_spec("torch") and find_spec("safetensors")))'
const works = (python: string | undefined): python is string => {
  try {
    execFileSync(python ?? '', ['-c', has], { stdio: 'ignore', timeout: 60_000 })
    return true
  } catch {
    return false
  }
}
/** A Python that has torch and safetensors: of TWEEDIE_PYTHON, or on the PATH. */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: tests are no task of turbo, nothing of theirs is cached
const python = [process.env['TWEEDIE_PYTHON'], 'python3', 'python'].find(works)

const folder = mkdtempSync(join(tmpdir(), 'pytorch-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const modules: Readonly<Partial<Record<Activation, string>>> = { tanh: 'Tanh', relu: 'ReLU', silu: 'SiLU', gelu: 'GELU' }
const activations = Object.keys(modules) as Activation[]
const types = ['float64', 'float32', 'float16', 'bfloat16']

const rows = 40
const sizes = [3, 16, 8, 2]
const x = normalArray(key(9), rows * 3)

/** One process, since torch takes seconds to load: it reads our files, writes its own, and leaves its answers as doubles. */
const program = `
import array, os, torch
from torch import nn
from safetensors.torch import load_file, save_file
torch.set_num_threads(1)
at = lambda name: os.path.join(${JSON.stringify(folder)}, name)
def leave(name, y):
    with open(at(name), 'wb') as file:
        array.array('d', y.double().flatten().tolist()).tofile(file)
def module(activation):
    layers = [part for m, n in zip(sizes, sizes[1:]) for part in (nn.Linear(m, n), activation())]
    return nn.Sequential(*layers[:-1])
sizes = ${JSON.stringify(sizes)}
x = torch.tensor(array.array('d', open(at('x'), 'rb').read()).tolist(), dtype=torch.float64).reshape(${rows}, 3)
with torch.no_grad():
    for name, activation in ${JSON.stringify(modules)}.items():
        model = module(getattr(nn, activation)).double()
        model.load_state_dict(load_file(at(name + '.safetensors')))
        leave(name, model(x))
    for kind in ${JSON.stringify(types)}:
        model = module(nn.Tanh).to(getattr(torch, kind))
        save_file(model.state_dict(), at(kind + '.safetensors'), metadata={'by': 'torch'})
        leave(kind, model.double()(x))
    model = module(nn.Tanh)
    model.load_state_dict(load_file(at('single.safetensors')))
    leave('single', torch.cat([part.flatten() for part in model.parameters()]))
`

describe.skipIf(python === undefined)('PyTorch (needs a Python with torch and safetensors: TWEEDIE_PYTHON, or on the PATH)', () => {
  const B = cpu()
  const W = wasm({ threads: 1 })
  afterAll(() => W.dispose())
  const single = mlp(sizes).initialise(W, key(6))

  beforeAll(async () => {
    writeFileSync(at('x'), new Uint8Array(x.buffer))
    for (const activation of activations)
      writeFileSync(at(`${activation}.safetensors`), await saveParameters(B, mlp(sizes, { activation }).initialise(B, key(5))))
    writeFileSync(at('single.safetensors'), await saveParameters(W, single))
    execFileSync(python ?? '', ['-c', program], { timeout: 100_000 })
  }, 120_000)

  const left = (name: string): Float64Array => {
    const bytes = readFileSync(at(name))
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }
  /** Both are float64: sums of at most 16 terms of size 1, 2⁻⁵³ each, over three layers, stay far below 1e-13. */
  const expectSame = (ours: Float64Array, theirs: Float64Array): void => {
    expect(ours.length).toBe(theirs.length)
    ours.forEach((value, k) => expect(Math.abs(value - (theirs[k] as number))).toBeLessThan(1e-13))
  }
  const input = () => B.tensor(x, [rows, 3])

  test.each(activations)('%s: our weights compute the same there', async (activation) => {
    const network = mlp(sizes, { activation })
    expectSame(await B.read(network.apply(B)(network.initialise(B, key(5)), input())), left(activation))
  })

  test.each(types)('weights that it wrote in %s compute the same here', async (type) => {
    const bytes = readFileSync(at(`${type}.safetensors`))
    const loaded = loadParameters(B, mlp(sizes), bytes)
    if (loaded._tag === 'Left') throw loaded.left
    expectSame(await B.read(mlp(sizes).apply(B)(loaded.right, input())), left(type))
    const file = decodeSafetensors(bytes)
    expect(file._tag === 'Right' && file.right.metadata.get('by')).toBe('torch')
  })

  test('weights of a float32 backend load into a module of float32, bit for bit', async () => {
    const ours: number[] = []
    for (const { weight, bias } of single) ours.push(...(await W.read(W.transpose(weight))), ...(await W.read(bias)))
    expect([...left('single')]).toEqual(ours)
  })
})
