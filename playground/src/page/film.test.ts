import { expect, test } from 'vitest'
import { between, type Film, filmFor, framesAt, lastStep, noFilm, recorded } from './film.js'

const frame = (step: number) => ({ step, time: 1 - step / 10, positions: Float32Array.of(step, 0 - step), alpha: 1, sigma: 0 })

const whole = (film: Film, steps: number): Film =>
  Array.from({ length: steps + 1 }, (_, k) => frame(k)).reduce((all, next) => recorded(all, next, steps), film)

test('positions between two frames are on the line between them', () => {
  const film = whole(filmFor(1, 10), 10)
  for (const [playhead, x] of [
    [0, 0],
    [3.25, 3.25],
    [10, 10],
    [11, 10],
    [-1, 0],
  ] as const)
    expect([...between(framesAt(film, playhead)!, new Float32Array(0))]).toEqual([x, -x + 0])
})

test('a film that would be too large keeps every few frames, and the last', () => {
  // 11 frames of 8 bytes in 40: every third.
  const film = whole(filmFor(1, 10, 40), 10)
  expect(film.frames.map(({ step }) => step)).toEqual([0, 3, 6, 9, 10])
  expect([...between(framesAt(film, 7)!, new Float32Array(2))]).toEqual([7, -7])
  expect([...between(framesAt(film, 9.5)!, new Float32Array(2))]).toEqual([9.5, -9.5])
})

test('without frames there is nothing to see', () => {
  expect([framesAt(noFilm, 0), lastStep(noFilm)]).toEqual([undefined, -1])
})
