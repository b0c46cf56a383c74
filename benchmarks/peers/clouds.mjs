// The large clouds of the index benchmark: key and size in, a host matrix of about unit spread out.
import { hostMatrix, key, normalArray, uniformArray } from '@tweedie/core'

/** A ring of eight blobs in the plane. */
const plane = (count) => {
  const [z, u] = [normalArray(key(11), 2 * count), uniformArray(key(12), count)]
  const data = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * Math.floor(8 * u[i])) / 8
    data[2 * i] = 1.4 * Math.cos(angle) + 0.3 * z[2 * i]
    data[2 * i + 1] = 1.4 * Math.sin(angle) + 0.3 * z[2 * i + 1]
  }
  return hostMatrix(data, count, 2)
}

/** A smooth surface in R⁸: harmonics of two parameters, each column of about unit variance. */
const surface = (count) => {
  const u = uniformArray(key(13), 2 * count)
  const data = new Float64Array(8 * count)
  for (let i = 0; i < count; i++) {
    const [a, b] = [2 * Math.PI * u[2 * i], 2 * Math.PI * u[2 * i + 1]]
    const values = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(a + b), Math.sin(a + b), Math.cos(a - b), Math.sin(a - b)]
    for (let j = 0; j < 8; j++) data[8 * i + j] = Math.SQRT2 * values[j]
  }
  return hostMatrix(data, count, 8)
}

/** Five correlated Gaussians in R⁶, as columns of a table are. */
const table = (count) => {
  const [z, u] = [normalArray(key(14), 6 * count), uniformArray(key(15), count)]
  const [centres, mixing] = [normalArray(key(16), 5 * 6), normalArray(key(17), 5 * 36)]
  const data = new Float64Array(6 * count)
  for (let i = 0; i < count; i++) {
    const k = Math.floor(5 * u[i])
    for (let j = 0; j < 6; j++) {
      let value = 0.9 * centres[6 * k + j]
      for (let l = 0; l < 6; l++) value += 0.25 * mixing[36 * k + 6 * j + l] * z[6 * i + l]
      data[6 * i + j] = value
    }
  }
  return hostMatrix(data, count, 6)
}

export const clouds = { plane, surface, table }
