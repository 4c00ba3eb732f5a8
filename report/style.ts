/** The page's only style sheet: system fonts, two sets of colours, one column that scrolls nowhere but down. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f5f1;--card:#fffefb;--ink:#1d2523;--soft:#56615d;--line:#dcdbd3;--accent:#0c6657;--accent-soft:#e0efe9;
--other:#75807c;--track:#ecebe4;--good:#155c3b;--good-soft:#e1f1e6;--bad:#9a2c16;--bad-soft:#fbe9e2;--on-accent:#fff;
--sans:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--page:#121715;--card:#1a211e;--ink:#e8ece9;--soft:#a5b0ab;--line:#323c37;--accent:#67d0b6;--accent-soft:#1d332c;
--other:#87938e;--track:#27302c;--good:#86d9a8;--good-soft:#1a3325;--bad:#ffab94;--bad-soft:#3d211a;--on-accent:#0d1a16}}
*,::before,::after{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 var(--sans);overflow-wrap:break-word}
.wide{max-width:76rem;margin-inline:auto;padding-inline:clamp(1rem,4vw,2.5rem)}
.skip{position:absolute;left:1rem;top:-6rem;z-index:2;padding:.6rem 1rem;border-radius:.4rem;background:var(--accent);color:var(--on-accent)}
.skip:focus{top:.6rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
a{color:var(--accent);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.2rem}
main:focus{outline:none}
.top{border-bottom:1px solid var(--line);background:var(--card)}
.top .wide{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem 1rem;padding-block:.9rem}
.top p{margin:0}
.brand{font-weight:700;letter-spacing:-.01em;color:var(--accent)}
.kind{color:var(--soft);font-size:.9rem}
.frame{display:grid;grid-template-columns:minmax(0,1fr);gap:0 3.5rem}
nav{padding-top:1.2rem}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.4rem}
nav a{display:block;padding:.3rem .7rem;border:1px solid var(--line);border-radius:2rem;background:var(--card);color:var(--ink);font-size:.88rem;text-decoration:none}
nav a:hover{border-color:var(--accent);color:var(--accent)}
main{min-width:0;padding-bottom:3rem}
section{padding-top:2.6rem;scroll-margin-top:1rem}
section+section{margin-top:2.6rem;border-top:1px solid var(--line)}
h1,h2,h3{line-height:1.2;letter-spacing:-.015em;text-wrap:balance}
h1{margin:0 0 1.4rem;font-size:clamp(1.9rem,1.4rem + 2.4vw,3rem);letter-spacing:-.03em}
h2{margin:0 0 1rem;font-size:clamp(1.35rem,1.2rem + .7vw,1.7rem)}
h1+h2{font-size:1rem;font-weight:600;letter-spacing:0;color:var(--soft)}
h3{margin:2.2rem 0 .6rem;font-size:1.12rem}
p{margin:0 0 1rem;max-width:68ch}
.lead{font-size:clamp(1.05rem,1rem + .35vw,1.22rem);line-height:1.55}
.note,.how{color:var(--soft);font-size:.9rem}
.how{margin-bottom:.6rem}
code{font-family:var(--mono);font-size:.86em;overflow-wrap:anywhere}
.address,.hash{user-select:all;-webkit-user-select:all}
.hash{display:block;max-width:100%}
.key{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));margin:1.6rem 0;border:1px solid var(--line);border-radius:.8rem;background:var(--card);overflow:hidden}
.key div{padding:1rem 1.1rem;box-shadow:0 0 0 1px var(--line)}
.key dt{color:var(--soft);font-size:.84rem}
.key dd{margin:.15rem 0 0;font-size:1.3rem;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.key small{display:block;font-size:.82rem;font-weight:400;letter-spacing:0;color:var(--soft)}
.verdict{display:flex;gap:.7rem;padding:.75rem 1rem;border-radius:.6rem;border-left:.3rem solid;font-weight:600;max-width:none}
.verdict::before{font-weight:700}
.verdict.good{background:var(--good-soft);color:var(--good)}
.verdict.bad{background:var(--bad-soft);color:var(--bad)}
.verdict.good::before{content:"✓"/""}
.verdict.bad::before{content:"✗"/""}
.verdict:empty{display:none}
.tag{display:inline-block;padding:.05rem .55rem;border:1px solid var(--line);border-radius:1rem;font-size:.82rem;font-weight:600;white-space:nowrap}
.tag.good,.step.good .tag{background:var(--good-soft);color:var(--good);border-color:transparent}
.tag.bad,.step.bad .tag{background:var(--bad-soft);color:var(--bad);border-color:transparent}
.unknown .why{color:var(--soft);font-size:.84rem;font-weight:400;letter-spacing:0}
.scroll{position:relative;margin:1rem 0 1.4rem;overflow-x:auto;border:1px solid var(--line);border-radius:.7rem;background:var(--card)}
table{width:100%;border-collapse:collapse;font-size:.93rem;font-variant-numeric:tabular-nums}
caption{padding:.8rem 1rem .5rem;text-align:left;font-weight:650}
caption span{position:sticky;left:1rem;display:inline-block;max-width:calc(100vw - 4.5rem)}
th,td{padding:.5rem 1rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{color:var(--soft);font-size:.82rem;font-weight:600;vertical-align:bottom}
tbody th{font-weight:550;min-width:7.5rem}
tfoot th,tfoot td{font-weight:650;border-top:2px solid var(--line)}
.number{text-align:right;white-space:nowrap}
thead .number,.number .why{white-space:normal}
.text{min-width:18rem}
td{min-width:6rem}
td code.address{white-space:nowrap}
th small,td small,th code.address{display:block;margin-top:.1rem;color:var(--soft);font-size:.76rem;font-weight:400}
th small,td small{font-size:.82rem}
details{margin:.8rem 0}
summary{position:relative;display:inline-block;padding:.35rem .8rem;border:1px solid var(--line);border-radius:2rem;background:var(--card);font-size:.88rem;font-weight:550;cursor:pointer}
summary::before{content:"+"/"";display:inline-block;width:1.1em;color:var(--accent);font-weight:700}
details[open]>summary::before{content:"−"/""}
summary::-webkit-details-marker{display:none}
summary:hover{border-color:var(--accent)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;align-items:start}
.chart{margin:1rem 0 1.4rem;padding:1.1rem 1.2rem .5rem;border:1px solid var(--line);border-radius:.8rem;background:var(--card)}
.charts .chart{margin:0}
.chart figcaption .chart-title{margin:0;font-size:1rem;font-weight:650;color:var(--ink);letter-spacing:-.01em}
.chart figcaption p{margin:.3rem 0 .8rem;color:var(--soft);font-size:.9rem}
.chart svg{display:block;overflow:visible;font:.86rem var(--sans);fill:var(--ink)}
.chart .value{font-weight:650;font-variant-numeric:tabular-nums}
.track{fill:var(--track)}
.bar{fill:var(--accent)}
.bar.other{fill:var(--other)}
.checker{margin:1.4rem 0;padding:clamp(1rem,3vw,1.6rem);border:1px solid var(--line);border-radius:.8rem;background:var(--card)}
section:not(.live) .checker{display:none}
form{display:flex;flex-wrap:wrap;gap:.8rem;align-items:end}
.field{margin:0 0 .6rem;max-width:none}
.grow{flex:1 1 14rem}
label{display:block;margin-bottom:.25rem;font-size:.88rem;font-weight:600}
input,select,textarea,button{min-height:2.6rem;max-width:100%;padding:.45rem .8rem;border:1px solid var(--other);border-radius:.5rem;background:var(--page);color:inherit;font:inherit}
input,textarea{width:100%}
textarea{display:block;font:.86rem/1.6 var(--mono);overflow-wrap:anywhere;resize:vertical;field-sizing:content;min-height:6rem}
[aria-invalid=true]{border-color:var(--bad);border-width:2px}
button{border-color:var(--accent);background:var(--accent);color:var(--on-accent);font-weight:600;cursor:pointer}
button.quiet{background:transparent;color:var(--accent)}
button:hover{filter:brightness(1.08)}
.buttons{display:flex;flex-wrap:wrap;gap:.6rem}
.found{margin:.4rem 0 1.2rem;font-weight:550}
.steps{list-style:none;counter-reset:step;margin:1.2rem 0;padding:0}
.step{position:relative;padding:0 0 1.1rem 2.8rem;counter-increment:step}
.step::before{content:counter(step);position:absolute;left:0;top:0;width:1.8rem;height:1.8rem;border-radius:50%;background:var(--accent-soft);color:var(--accent);font-size:.86rem;font-weight:700;line-height:1.8rem;text-align:center}
.step::after{content:"";position:absolute;left:.86rem;top:2.1rem;bottom:.3rem;border-left:2px solid var(--line)}
.step:last-child::after{display:none}
.step p{margin:0 0 .15rem}
pre{margin:0;padding:1rem;font:.8rem/1.5 var(--mono);max-height:24rem}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.88rem}
footer .wide{padding-block:1.4rem}
footer p{margin:0}
@media (min-width:64rem){th code.address{white-space:nowrap}
.frame{grid-template-columns:12.5rem minmax(0,1fr)}
nav{padding-top:2.6rem}
nav ol{position:sticky;top:1.6rem;flex-direction:column;gap:.1rem;border-left:2px solid var(--line)}
nav a{margin-left:-2px;padding:.35rem 1rem;border:0;border-left:2px solid transparent;border-radius:0;background:none;color:var(--soft)}
nav a:hover{border-left-color:var(--accent)}}
@media (max-width:40rem){th,td{padding-inline:.7rem}caption{padding-inline:.7rem}caption span{left:.7rem}td code.address{white-space:normal}tbody th{min-width:6.5rem}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media (forced-colors:active){.bar{fill:CanvasText}.bar.other{fill:GrayText}.track{fill:Canvas}}
@media print{nav,.skip,.checker{display:none}body{background:#fff;color:#000}.scroll{overflow:visible}}
`;
