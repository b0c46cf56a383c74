/** The page's style sheet: that of the other reports, and what this page has besides. */

import { style as common } from '../../report/style.js'

export const style = `${common}
.claims{width:100%}
.claims td,.claims th{max-width:none}
.claims td.verdict-cell{width:15em}
.claims tbody th{white-space:nowrap}
.condition{display:block;font-size:13.5px;color:var(--quiet)}
.conditional{color:var(--middle);font-weight:600}
.good{font-weight:600}
:root{--middle:#8a5a00}
@media (prefers-color-scheme:dark){:root{--middle:#e0b25c}}
.panels{margin:18px 0 26px;overflow-x:auto}
.panels svg{min-width:760px}
.panels.one{max-width:640px}
.panels.one svg{min-width:440px}
.panels figcaption{margin-top:8px;max-width:90ch;position:sticky;left:0}
dl.claimed{margin:6px 0 18px}
dl.claimed dt{margin-top:12px;max-width:78ch}
dl.claimed dd{margin:2px 0 0;max-width:78ch;color:var(--quiet);font-size:14.5px;overflow-wrap:anywhere}
h3{margin-top:22px}
td .beside{color:var(--quiet);font-size:13px}
`
