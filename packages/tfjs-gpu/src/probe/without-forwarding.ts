import type { Tf } from '../tf.js'

const flags: Readonly<Record<string, string>> = { webgl: 'WEBGL_CPU_FORWARD', webgpu: 'WEBGPU_CPU_FORWARD' }

/** Runs a probe with the device itself: TensorFlow.js computes small tensors on the CPU otherwise. The flag is put back. */
export const withoutForwarding = async <T>(tf: Tf, body: () => Promise<T>): Promise<T> => {
  const flag = flags[tf.getBackend()]
  if (flag === undefined) return body()
  const before = tf.env().getBool(flag)
  tf.env().set(flag, false)
  try {
    return await body()
  } finally {
    tf.env().set(flag, before)
  }
}
