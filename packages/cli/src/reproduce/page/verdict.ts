/** A verdict in words, never by colour alone. */

import type { Claim } from '@tweedie/cem'
import { html, type Markup } from '../../report/html.js'

/** `✓ reproduced`, `✗ not reproduced`, or `◐ reproduced under a condition` with the condition below. */
export const verdictWords = ({ verdict, condition }: Claim): Markup => {
  if (verdict === 'reproduced') return html`<span class="good">✓ reproduced</span>`
  if (verdict === 'not reproduced') return html`<span class="bad">✗ not reproduced</span>`
  return html`<span class="conditional">◐ reproduced under a condition</span><span class="condition">${condition ?? ''}</span>`
}

/** `7 of the 10 statements are reproduced, 2 under a condition; 1 is not.` */
export const verdictSentence = (claims: readonly Claim[]): string => {
  const count = (verdict: Claim['verdict']): number => claims.filter((claim) => claim.verdict === verdict).length
  const [plain, under, not] = [count('reproduced'), count('reproduced under a condition'), count('not reproduced')]
  const all = claims.length
  if (all === 0) return 'No statement of the paper was judged.'
  if (plain === all)
    return all === 1
      ? 'The one statement of the paper that was tried is reproduced.'
      : `All ${all} statements of the paper that were tried are reproduced.`
  const parts = [
    ...(plain === 0 ? [] : [`${plain} reproduced as they stand`]),
    ...(under === 0 ? [] : [`${under} under a condition`]),
    ...(not === 0 ? [] : [`${not} not reproduced`]),
  ]
  return `Of ${all} ${all === 1 ? 'statement of the paper that was' : 'statements of the paper that were'} tried: ${parts.join(', ')}.`
}
