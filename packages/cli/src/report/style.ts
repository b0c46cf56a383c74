/** The page's only style sheet. */

import { palette } from './palette.js'

export const style = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2026;--quiet:#59616c;--rule:#e2e5ea;--wash:#f5f6f8;--good:#1d7a46;--bad:#b3361b}
@media (prefers-color-scheme:dark){:root{--paper:#14161a;--ink:#e4e7eb;--quiet:#9aa3af;--rule:#2c3139;--wash:#1c1f25;--good:#5cc28a;--bad:#ff8a66}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:21px;line-height:1.3;font-weight:650;margin:0 0 4px}
h3{font-size:15px;line-height:1.35;font-weight:600;margin:0 0 6px;overflow-wrap:anywhere}
p{margin:0 0 10px;max-width:72ch;overflow-wrap:anywhere}
.quiet,figcaption,.lead{color:var(--quiet)}
figcaption,.small{font-size:13.5px;line-height:1.45}
section{padding:30px 0 26px;border-top:1px solid var(--rule)}
.verdict{max-width:700px;margin:22px 0 24px;padding-left:16px;border-left:4px solid var(--quiet)}
.verdict p{font-size:21px;line-height:1.4;margin:0}
.verdict .remark{font-size:16px;color:var(--quiet);margin-top:4px}
.verdict.passed{border-color:var(--good)}
.verdict.failed{border-color:var(--bad)}
.key{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,160px),1fr));gap:22px 28px;margin:0 0 26px}
.key dt{font-size:13.5px;color:var(--quiet)}
.key dd{margin:0}
.key .value{font-size:28px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.key .beside{font-size:13.5px;color:var(--quiet)}
.notices{background:var(--wash);padding:14px 18px;margin:0 0 26px;border-radius:6px}
.notices ul{margin:4px 0 0;padding-left:20px;overflow-wrap:anywhere}
nav{margin:0 0 26px;font-size:14.5px}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px}
a{color:inherit;text-underline-offset:3px;text-decoration-color:var(--quiet)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin:2px 0 18px;padding:0;font-size:14px}
.legend li::before{content:"";display:inline-block;width:22px;margin-right:8px;vertical-align:middle;height:0;border-top:2px solid currentColor}
.legend .dots::before{width:9px;height:9px;border:0;border-radius:50%}
.legend .area::before{height:11px;border:0;opacity:.38}
.legend .data::before{background:${palette.data}}
.legend .samples.dots::before{background:${palette.samples}}
.legend .samples.line::before{border-color:${palette.samples}}
.legend .faint::before{border-color:${palette.neutral};border-top-width:1.5px}
figure{margin:0;min-width:0}
svg{display:block;width:100%;height:auto;overflow:visible}
.halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));gap:28px 40px}
.halves>*{max-width:600px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));column-gap:40px}
.thirds{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,310px),1fr));gap:24px 32px}
.thirds>*{max-width:460px}
.small-multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,200px),1fr));gap:22px 22px}
.small-multiples>*{max-width:280px}
.small-multiples h3{margin-bottom:2px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.small-multiples figcaption{font-size:13px;margin-top:2px}
.single{max-width:600px}
.scroll{overflow-x:auto;margin:0 0 8px}
table{border-collapse:collapse;font-size:14.5px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);font-size:13.5px;padding-bottom:6px}
th,td{padding:7px 22px 7px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{font-weight:600;font-size:13.5px;color:var(--quiet);vertical-align:bottom}
tbody th{font-weight:500;max-width:16em;overflow-wrap:break-word}
td.number,th.number{text-align:right;white-space:nowrap}
td.nowrap{white-space:nowrap}
.good{color:var(--good)}
.bad{color:var(--bad);font-weight:600}
dl.meanings{margin:0;font-size:14.5px}
.after{margin-top:18px}
dl.meanings dt{font-weight:600}
dl.meanings dd{margin:0 0 10px;color:var(--quiet)}
pre{background:var(--wash);padding:12px 16px;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:0 0 18px}
summary{cursor:pointer;margin-bottom:8px}
@media (max-width:520px){main,header,footer{padding:0 16px}header{padding-top:26px}h1{font-size:25px}.verdict p{font-size:19px}.key{grid-template-columns:1fr 1fr;gap:16px 18px}.key .value{font-size:23px}.small-multiples{grid-template-columns:1fr 1fr;gap:18px 12px}table{font-size:13.5px}th,td{padding-right:13px}svg{font-size:13.5px}}
@media print{section,figure{break-inside:avoid}nav{display:none}}
`
