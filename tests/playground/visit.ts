import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { encodeSetup, presets, type Setup } from '../../playground/src/setup.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A setup that every backend is through with in a moment, software adapters included. */
export const small: Setup = {
  points: presets('ring', { count: 40 }),
  process: 'vp-linear',
  grid: 'log-snr',
  solver: 'dpm-solver-2m',
  backend: 'wasm',
  steps: 16,
  particles: 200,
  seed: 3,
}

/** What the page's worker said, without its arrays. */
export interface Heard {
  readonly kind: string
  readonly id: number
  readonly step?: number
  readonly loss?: number
  readonly stage?: string
  readonly liveTensors?: number
}

export interface Visit {
  readonly page: Page
  /** Errors of the console, thrown errors, and whatever the policy refused. */
  readonly complaints: readonly string[]
  readonly heard: () => Promise<readonly Heard[]>
  /** Until an expression is true. (What playwright has for that evaluates texts within the page, which the policy forbids.) */
  readonly until: (expression: string, timeout?: number) => Promise<void>
  /** Until the display has shown what was drawn last. */
  readonly drawn: () => Promise<void>
  /** Until no job is under way. */
  readonly rested: (timeout?: number) => Promise<void>
  /** How many points there are, by the picture's own words. */
  readonly points: () => Promise<number>
  /** The rules of axe that the page breaks, with the elements that do. */
  readonly violations: () => Promise<readonly string[]>
}

export interface Arriving {
  /** A setup, the text of a hash, or nothing. */
  readonly with?: Setup | string
  /** A visitor who wants no motion: nothing runs by itself. Otherwise a flow does. */
  readonly calm?: boolean
  readonly context?: BrowserContextOptions
}

/** Opens the page, and notes what goes wrong on it from its first moment on. */
export const visit = async (browser: Browser, url: string, { with: setup, calm = true, context = {} }: Arriving = {}): Promise<Visit> => {
  const opened = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: calm ? 'reduce' : 'no-preference',
    ...context,
  })
  const page = await opened.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text().slice(0, 500)))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.addInitScript(`
    globalThis.heard = []
    // How long the page's scripts take for each picture of the display.
    globalThis.scripted = new Map()
    const ask = requestAnimationFrame
    globalThis.requestAnimationFrame = (draw) =>
      ask((now) => {
        const from = performance.now()
        draw(now)
        scripted.set(now, (scripted.get(now) ?? 0) + performance.now() - from)
      })
    globalThis.Worker = class extends Worker {
      constructor(...of) {
        super(...of)
        this.addEventListener('message', ({ data }) => {
          const { kind, id, step, loss, stage, liveTensors } = data
          heard.push({ kind, id, step, loss, stage, liveTensors })
        })
      }
    }
    addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`)
  const until = async (expression: string, timeout = 30_000): Promise<void> => {
    for (const end = Date.now() + timeout; !(await page.evaluate(expression)); await new Promise((wait) => setTimeout(wait, 50)))
      if (Date.now() > end) throw new Error(`not within ${timeout} ms: ${expression}`)
  }
  await page.goto(`${url}${setup === undefined ? '' : `#${typeof setup === 'string' ? setup : encodeSetup(setup)}`}`)
  return {
    page,
    complaints,
    heard: () => page.evaluate('heard'),
    until,
    drawn: async () => {
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))')
    },
    rested: (timeout) => until(`document.querySelector('#work').hidden`, timeout),
    points: async () => Number(/^([\d,]+) points?/.exec((await page.getAttribute('#picture', 'aria-label'))!)?.[1]?.replace(',', '') ?? 0),
    violations: async () => {
      await page.evaluate(axe)
      return page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`,
      )
    },
  }
}

/** Where dots of a colour are drawn, in the setup's units: the middles of the pixels that are nearly of the style sheet's colour `--name`. */
export const dotsOf = (page: Page, name: 'particle' | 'polluted' | 'point'): Promise<readonly (readonly [number, number])[]> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('#swarm')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const colour = getComputedStyle(canvas).getPropertyValue('--${name}').trim()
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    const found = []
    for (let k = 0; k < data.length; k += 4)
      if (data[k + 3] > 100 && Math.abs(data[k] - red) + Math.abs(data[k + 1] - green) + Math.abs(data[k + 2] - blue) < 12) {
        const [x, y] = [(k / 4) % canvas.width, Math.floor(k / 4 / canvas.width)]
        found.push([((x + 0.5) / canvas.width) * 8.2 - 4.1, 4.1 - ((y + 0.5) / canvas.width) * 8.2])
      }
    return found
  })()`)

/** The share of places within a distance of a point. */
export const shareNear = (places: readonly (readonly [number, number])[], points: Setup['points'], distance: number): number =>
  places.filter(([x, y]) => points.some(([a, b]) => Math.hypot(x - a, y - b) <= distance)).length / places.length
