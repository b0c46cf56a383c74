import { onBackend } from '../session/session.js'
import { conformsOver } from './conforms.js'

await onBackend('tfjs-wasm', 'the conformance suite', (session) => {
  for (const over of ['autodiff', 'checked', 'counted'] as const) conformsOver(over, 16)(session)
})
