import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { checkSetup } from './check.js'
import { decodePoints, encodePoints } from './coordinates.js'
import { limits, type Setup } from './model.js'

/** The version of the text below. A text of another version is refused. */
const VERSION = '1'

const fields = ['process', 'grid', 'solver', 'backend', 'steps', 'particles', 'seed', 'number of points', 'points'] as const

/**
 * A setup as text for the hash of an address: `1~process~grid~solver~backend~steps~particles~seed~number of points~points`, of characters that need
 * no escape there (RFC 3986, unreserved). Coordinates are rounded to three decimals; all else comes back as it was.
 */
export const encodeSetup = ({ process, grid, solver, backend, steps, particles, seed, points }: Setup): string =>
  [VERSION, process, grid, solver, backend, steps, particles, seed, points.length, encodePoints(points)].join('~')

/** The setup of a text of `encodeSetup`, with or without a # before it. `InvalidArgument` says what is wrong with any other text. */
export const decodeSetup = (text: string): E.Either<TweedieError, Setup> => {
  const [version, ...parts] = text.replace(/^#/, '').split('~')
  if (version !== VERSION)
    return refuse(
      'link, version',
      version === '' ? 'the link is empty' : `version '${shown(version)}'`,
      `This page reads version ${VERSION}: copy the link again from the page`,
    )
  if (parts.length !== fields.length)
    return refuse(
      'link',
      parts.length < fields.length ? `the link ends before the ${fields[parts.length]}` : 'the link has more parts than there are',
      MEND,
    )
  const [process, grid, solver, backend, ...rest] = parts as [string, string, string, string, ...string[]]
  const wrong = rest.slice(0, 4).findIndex((number) => !/^(0|[1-9]\d{0,9})$/.test(number))
  if (wrong >= 0) return refuse(`link, ${fields[4 + wrong]}`, `'${shown(rest[wrong])}' is no whole number`, MEND)
  const [steps, particles, seed, count] = rest.map(Number) as [number, number, number, number]
  if (count > limits.points) return refuse('link, points', `${count} points`, `Use at most ${limits.points}`)
  const points = decodePoints(rest[4] as string, count)
  if (typeof points === 'string') return refuse('link, points', points, MEND)
  return checkSetup({ points, process, grid, solver, backend, steps, particles, seed } as Setup)
}

const MEND = 'It may have been cut or altered: copy the whole link again'

const refuse = (where: string, what: string, mend: string): E.Either<TweedieError, never> =>
  E.left(tweedieError('InvalidArgument', where, what, mend))

/** Text of a stranger, short enough for a message. */
const shown = (text = ''): string => (text.length > 24 ? `${text.slice(0, 24)}…` : text)
