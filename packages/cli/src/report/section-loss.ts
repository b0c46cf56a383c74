/** How the loss fell. */

import { html, trusted } from './html.js'
import type { ReportInput } from './input.js'
import { lossCurves, lossFigure } from './loss-curve.js'
import { counted } from './numbers.js'
import { legend, type Section } from './section.js'

export const lossSection = ({ history, bestStep }: ReportInput): Section => {
  const drawn = lossFigure(history, bestStep)
  const { validation, unusable } = lossCurves(history)
  const trouble = unusable === 0 ? '' : ` ${counted(unusable, 'recorded loss is', 'recorded losses are')} not finite and not drawn.`
  const body =
    drawn === undefined
      ? html`<p class="lead">No loss was recorded.${trouble}</p>`
      : html`<p class="lead">How far the network’s answers are from the labels while it learns; lower is better.${validation.length === 0 ? '' : ' The validation loss is on labels it does not learn from.'}${trouble}</p>
${legend([{ kind: 'faint', text: 'training' }, ...(validation.length === 0 ? [] : [{ kind: 'line', text: 'validation' }])])}
<figure class="single">${trusted(drawn)}</figure>`
  return { id: 'loss', title: 'Training loss', body }
}
