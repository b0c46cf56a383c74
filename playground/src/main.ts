import { element } from './page/dom.js'
import { scene } from './page/drawing/scene.js'
import { editing } from './page/editing.js'
import { files } from './page/input/file.js'
import { keyboard } from './page/input/keyboard.js'
import { pen } from './page/input/pen.js'
import { pointer } from './page/input/pointer.js'
import { jobs } from './page/jobs.js'
import { looking } from './page/looking.js'
import { layers } from './page/panels/layers.js'
import { refusals } from './page/panels/refusal.js'
import { settings } from './page/panels/settings.js'
import { presetSize, tools } from './page/panels/tools.js'
import { transport } from './page/panels/transport.js'
import { work } from './page/panels/work.js'
import { calm, playback } from './page/playback.js'
import { probe } from './page/probe.js'
import { running } from './page/running.js'
import { fromAddress, share } from './page/share.js'
import { initialState, type State } from './page/state.js'
import { store } from './page/store.js'
import { presets, type Setup } from './setup.js'

/** Where one starts without a link. */
const first = (): Setup => ({
  points: presets('two-moons', { count: presetSize }),
  process: 'vp-linear',
  grid: 'log-snr',
  solver: 'dpm-solver-2m',
  backend: 'wasm',
  steps: 60,
  particles: 2000,
  seed: 1,
})

const { setup, refusal } = fromAddress()
const page = store<State>({ ...initialState(setup ?? (refusal ? { ...first(), points: [] } : first())), refusal })
const newWorker = (): Worker => new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' })
const orders = jobs(newWorker)

const edit = editing(page)
const run = running(page, orders)
const board = element('board', HTMLElement)
const hand = pen(page, edit)
pointer(page, board, hand)
keyboard(page, board, hand, edit)
files(page, board, element('file', HTMLInputElement), edit)

tools(page, edit)
settings(page, edit)
layers(page)
transport(page, run.flow)
work(page, run)
refusals(page, () => edit.replace(first()))
share(page, edit)
scene(page, element('picture', HTMLCanvasElement), element('swarm', HTMLCanvasElement))
playback(page)
// One sees at once what the page is about; who wants no motion starts it by hand.
if (page.get().setup.points.length > 0 && !page.get().refusal && !calm()) run.flow()
looking(page, orders)

// On a phone the settings are folded away below the picture.
element('settings', HTMLDetailsElement).open = matchMedia('(min-width: 900px)').matches

probe(page, element('settings', HTMLDetailsElement), () => jobs(newWorker))
