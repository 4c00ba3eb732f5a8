import { STYLE } from "../style.ts";

/** What line charts need beside the style of all pages. */
export const THROUGHPUT_STYLE = `${STYLE}
:root{--tone-1:#8a5a00;--tone-2:#7a3d8c;--tone-3:#1f5fa8}
@media (prefers-color-scheme:dark){:root{--tone-1:#e2b35c;--tone-2:#d3a0e2;--tone-3:#8fbdf2}}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0 0 .6rem;padding:0;color:var(--soft);font-size:.84rem}
.legend svg{display:inline-block!important;vertical-align:middle}
.chart .axis{fill:var(--soft);font-size:.76rem;font-variant-numeric:tabular-nums}
.grid{stroke:var(--line)}
.line{stroke-width:2;stroke:var(--accent);vector-effect:non-scaling-stroke}
.line.model{stroke:var(--other);stroke-dasharray:5 4}
.range{stroke:var(--other)}
.chart .mark{fill:var(--accent)}
.line.tone-1{stroke:var(--tone-1)}.chart .mark.tone-1{fill:var(--tone-1)}
.line.tone-2{stroke:var(--tone-2)}.chart .mark.tone-2{fill:var(--tone-2)}
.line.tone-3{stroke:var(--tone-3)}.chart .mark.tone-3{fill:var(--tone-3)}
@media (forced-colors:active){.line{stroke:CanvasText}.chart .mark{fill:CanvasText}.line.model{stroke:GrayText}}
`;
