/** Numbers as they are read on the page. */

export const whole = (value: number): string => value.toLocaleString('en')

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`

export const timeShown = (time: number): string =>
  `t = ${time >= 99.95 ? time.toFixed(0) : time >= 9.995 ? time.toFixed(1) : time.toFixed(time < 0.0995 ? 3 : 2)}`

export const counted = (count: number, one: string, many = `${one}s`): string => `${whole(count)} ${count === 1 ? one : many}`

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A text as a sentence: a capital at its start, a stop at its end. */
export const sentence = (text: string): string => `${capital(text.trim())}${/[.!?]$/.test(text.trim()) ? '' : '.'}`

/** The names of a setup's parts, for a person. */
export const titles: Readonly<Record<string, string>> = {
  'ornstein-uhlenbeck': 'Ornstein–Uhlenbeck',
  'vanishing-linear': 'Vanishing linear',
  'vp-linear': 'VP, linear β',
  'vp-cosine': 'VP, cosine',
  ve: 'Variance exploding',
  'rectified-flow': 'Rectified flow',
  linear: 'Linear',
  quadratic: 'Quadratic',
  exponential: 'Exponential',
  karras: 'Karras',
  'log-snr': 'Uniform in log-SNR',
  euler: 'Euler',
  heun: 'Heun',
  rk4: 'Runge–Kutta 4',
  ddim: 'DDIM',
  'dpm-solver-2m': 'DPM-Solver++ 2M',
  cpu: 'CPU, JavaScript',
  wasm: 'CPU, WebAssembly',
  webgl: 'GPU, WebGL',
  webgpu: 'GPU, WebGPU',
  'two-moons': 'Two moons',
  spiral: 'Spiral',
  ring: 'Ring',
  'eight-gaussians': 'Eight Gaussians',
  checkerboard: 'Checkerboard',
  line: 'Line',
  generator: 'generator',
  cem: 'CEM',
  ddpm: 'DDPM',
  sgm: 'SGM',
}
