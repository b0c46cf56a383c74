import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { gpuOperations } from './gpu-operations.js'

test('a backend without programs has none', async () => {
  await tf.setBackend('cpu')
  expect(gpuOperations(tf)).toEqual({})
})
