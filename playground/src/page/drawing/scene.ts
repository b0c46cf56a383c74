import { between, framesAt } from '../film.js'
import type { Points } from '../points.js'
import type { Page, State } from '../state.js'
import { fieldTooSmall, toPixel, type View } from '../view.js'
import { viewAt } from '../view-at.js'
import { densityDrawer } from './density.js'
import { drawGrid } from './grid.js'
import { drawMap } from './map-lines.js'
import { type Palette, paletteOf } from './palette.js'
import { drawStrokes } from './strokes.js'
import { surface } from './surface.js'
import { radiusFor, swarm } from './swarm.js'

/**
 * The picture in two layers: below what rests (density, score, map), drawn when it changes; above the points and what moves (particles, samples,
 * the cursor), drawn for every picture of the display while it moves.
 */
export const scene = (page: Page, below: HTMLCanvasElement, above: HTMLCanvasElement): void => {
  const [ground, moving] = [surface(below), surface(above, { inMemory: true })]
  const { dots, put } = swarm(moving.context)
  const drawDensity = densityDrawer()
  let palette = paletteOf(below)
  let positions: Float32Array = new Float32Array(0)
  let [groundDue, movingDue, waiting] = [true, true, false]

  const draw = (): void => {
    waiting = false
    if (moving.width() === 0) return // Not laid out.
    const state = page.get()
    if (groundDue) drawGround(state)
    if (movingDue) drawMoving(state)
    ;[groundDue, movingDue] = [false, false]
  }

  const due = (what: 'ground' | 'moving' | 'both'): void => {
    groundDue ||= what !== 'moving'
    movingDue ||= what !== 'ground'
    if (waiting) return
    waiting = true
    requestAnimationFrame(draw)
  }

  const drawGround = (state: State): void => {
    const { context } = ground
    const view = viewAt(state, ground.width())
    const { layers, field, samples, shown } = state
    context.fillStyle = palette.paper
    context.fillRect(0, 0, view.pixels, view.pixels)
    const seen = field && !fieldTooSmall(view.half) ? field : undefined
    if (layers.density && seen) drawDensity(context, view, seen, palette)
    drawGrid(context, view, palette)
    if (layers.field && seen) drawStrokes(context, view, seen, palette.stroke)
    if (layers.map && shown === 'samples' && samples?.noise)
      drawMap(context, view, samples.noise, samples.positions, { dark: palette.dark })
  }

  const drawMoving = (state: State): void => {
    const view = viewAt(state, moving.width())
    const { layers, shown, samples, film, playhead, setup } = state
    const ends = shown === 'flow' ? framesAt(film, playhead) : undefined
    const made = shown === 'samples' ? samples : undefined
    if (layers.points) {
      // Alone they are the picture; beneath particles they step back.
      const alone = !layers.particles || !(ends || made)
      const radius = radiusFor(setup.points.length, view.pixels) * (alone ? 1.1 : 0.85)
      dots(view, flat(setup.points), { colour: palette.point, radius, alpha: alone ? 0.95 : 0.5 })
    }
    if (layers.particles && made) {
      const style = { radius: radiusFor(made.positions.length / 2, view.pixels) * 0.9, alpha: 0.8 }
      dots(view, made.positions, { ...style, colour: palette.particle }, (i) => made.polluted[i] === 0)
      dots(view, made.positions, { ...style, colour: palette.polluted }, (i) => made.polluted[i] === 1)
    }
    if (layers.particles && ends) {
      positions = between(ends, positions)
      dots(view, positions, { colour: palette.particle, radius: radiusFor(positions.length / 2, view.pixels) * 0.9, alpha: 0.8 })
    }
    put()
    if (state.cursor) drawCursor(moving.context, view, state.cursor, palette)
  }

  page.watch(
    (state) => [state.layers, state.field, state.samples, state.shown, viewAt(state, 1).half],
    () => due('both'),
  )
  page.watch(
    ({ setup, playhead, film, cursor }) => [setup.points, playhead, film.frames[0], cursor],
    () => due('moving'),
  )
  new ResizeObserver(() => {
    const [first, second] = [ground.fit(), moving.fit()]
    if (first || second) {
      ;[groundDue, movingDue] = [true, true]
      draw() // At once: a canvas is empty after it has taken another size.
    }
  }).observe(below)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = paletteOf(below)
    due('both')
  })
}

/** The last points as a row of numbers is kept. */
const flat = (() => {
  let [of, kept] = [undefined as Points | undefined, [] as readonly number[]]
  return (points: Points): readonly number[] => {
    if (points !== of) [of, kept] = [points, points.flat()]
    return kept
  }
})()

const drawCursor = (context: CanvasRenderingContext2D, view: View, [x, y]: readonly [number, number], palette: Palette): void => {
  const [px, py] = toPixel(view, x, y)
  context.save()
  for (const [colour, width] of [
    [palette.paper, 4],
    [palette.cursor, 2],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    context.beginPath()
    context.arc(px, py, 9, 0, 2 * Math.PI)
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(px + 5 * dx, py + 5 * dy)
      context.lineTo(px + 14 * dx, py + 14 * dy)
    }
    context.stroke()
  }
  context.restore()
}
