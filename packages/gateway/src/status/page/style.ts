/** Style of the status page, for dark and light. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --raised: #f3f5f8; --line: #c5ccd6; --text: #16202e; --dim: #4d5a6b; --link: #0b57b0; --good: #10692f; --bad: #b3161b; --first: #0b57b0; --second: #b3161b }
@media (prefers-color-scheme: dark) { :root { --back: #11161d; --raised: #1b232e; --line: #3a4656; --text: #e6ebf2; --dim: #a9b6c6; --link: #8dbcff; --good: #7ddc9a; --bad: #ff9d9a; --first: #8dbcff; --second: #ff9d9a } }
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0 auto; padding: 0 1rem 2rem; max-width: 160rem; background: var(--back); color: var(--text); font: 0.9375rem/1.45 system-ui, sans-serif; overflow-wrap: anywhere }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -100vw; background: var(--back); padding: 0.5rem }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1 }
header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline; padding-top: 0.75rem }
h1 { font-size: 1.35rem; margin: 0 } h2 { font-size: 1.15rem; margin: 1rem 0 0.5rem } h3 { font-size: 1rem; margin: 1rem 0 0.25rem }
header p { margin: 0 } header p, .dim { color: var(--dim) }
#connection.lost, .bad { color: var(--bad); font-weight: 600 }
.good { color: var(--good) }
nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem; list-style: none; margin: 0.75rem 0 0; padding: 0 0 0.75rem; border-bottom: 1px solid var(--line) }
nav a { display: block; padding: 0.3rem 0.7rem; border: 1px solid var(--line); border-radius: 0.4rem; text-decoration: none; color: var(--text); background: var(--raised) }
nav a[aria-current] { border-color: var(--link); box-shadow: inset 0 -3px var(--link); font-weight: 600 }
#tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.6rem; margin: 0 }
#tiles div { background: var(--raised); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.5rem 0.7rem }
#tiles dt { color: var(--dim); font-size: 0.8125rem } #tiles dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums }
#notices { margin: 0 0 0.75rem; padding-left: 1.2rem } #notices.bad::marker, #notices.bad li::marker { color: var(--bad) }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem }
figure { margin: 1rem 0 0; min-width: 0 } figcaption { color: var(--dim); margin-bottom: 0.25rem }
figure > div { height: 200px; overflow: hidden }
#search { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin-bottom: 0.6rem }
input, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--dim); border-radius: 0.35rem; padding: 0.35rem 0.6rem; max-width: 100% }
#filter { width: 24rem } button { cursor: pointer } button:disabled { cursor: default; color: var(--dim); border-style: dashed }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 0.4rem }
table { border-collapse: collapse; width: 100% }
td, #notices a { unicode-bidi: isolate }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); min-width: 3rem; max-width: 32rem; overflow-wrap: break-word }
td.long { min-width: 15rem }
th { background: var(--raised); white-space: nowrap } th button { background: none; border: 0; padding: 0; font-weight: 600; text-align: left }
tbody tr:last-child td { border-bottom: 0 }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.lines { white-space: pre-line } .pages { display: flex; gap: 0.75rem; align-items: center; margin: 0.6rem 0 }
.metrics { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem } .metrics dd { margin: 0; font-family: ui-monospace, monospace }
.sign-in { max-width: 26rem; margin: 10vh auto } .sign-in form { display: grid; gap: 0.6rem }
@media (max-width: 48rem) {
table, tbody, thead, tr, td, th { display: block } td, th { max-width: none; min-width: 0; overflow-wrap: anywhere } td.long { min-width: 0 }
thead tr { display: flex; flex-wrap: wrap; gap: 0.2rem 0.8rem; padding: 0.4rem 0.6rem; background: var(--raised) } th { padding: 0; border: 0 }
tbody tr { padding: 0.4rem 0; border-bottom: 2px solid var(--line) } td { display: flex; gap: 0.8rem; padding: 0.1rem 0.6rem; border: 0; text-align: left; white-space: normal }
td.figure { text-align: left; white-space: normal } td::before { content: attr(data-title); flex: 0 0 8rem; color: var(--dim); text-align: left; font-weight: 400 } td[data-empty] { display: none }
}
@media (max-width: 30rem) { #tiles { grid-template-columns: 1fr 1fr }  .metrics { display: block } .metrics dd { margin-bottom: 0.4rem } }
`
