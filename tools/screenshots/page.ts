/** A job summary as a page of its own, with the style of GitHub and diagrams for mermaid to draw. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Marked } from 'marked'

/** The only tags that our summaries write themselves; GitHub would take away most others. */
const OUR_TAGS = /<\/?(?:details|details open|summary)>/g

const fileOf = (name: string): string => fileURLToPath(import.meta.resolve(name))

const FRAME = `
  body { margin: 0; padding: 16px; background: #fff }
  .step { border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden }
  .step > h1 { font: 600 14px/1.5 'Liberation Sans', sans-serif; margin: 0; padding: 10px 16px;
    background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #1f2328 }
  .markdown-body { padding: 16px 24px; font-family: 'Liberation Sans', 'Noto Color Emoji', sans-serif }
  .markdown-body code, .markdown-body pre { font-family: 'Liberation Mono', 'Noto Color Emoji', monospace }
  .diagram { text-align: center; margin: 0 0 16px; padding: 16px; background: #f6f8fa; border-radius: 6px }
  .diagram svg { max-width: 100% }`

/** The library that draws diagrams, as a script for a page. */
export const MERMAID = fileOf('mermaid/dist/mermaid.min.js')

/** Runs in the page and gives what mermaid could not draw; GitHub would show a box with an error in its place. */
export const DRAW_DIAGRAMS = `(async () => {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: 'default',
    fontFamily: 'Liberation Sans',
    logLevel: 'error',
  })
  const failures = []
  for (const [index, block] of [...document.querySelectorAll('code.language-mermaid')].entries()) {
    try {
      const { svg } = await mermaid.render('diagram' + index, block.textContent)
      const place = document.createElement('div')
      place.className = 'diagram'
      place.innerHTML = svg
      block.parentElement.replaceWith(place)
    } catch (error) {
      failures.push(String(error) + '\\n' + block.textContent)
    }
  }
  await document.fonts.ready
  return failures
})()`

export async function renderPage(markdown: string, title: string): Promise<string> {
  const style = await readFile(fileOf('github-markdown-css/github-markdown-light.css'), 'utf8')
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>${style}${FRAME}</style>
<body><section class="step"><h1>${title}</h1>
<article class="markdown-body">${await renderMarkdown(markdown)}</article></section></body></html>`
}

async function renderMarkdown(markdown: string): Promise<string> {
  const marked = new Marked({ gfm: true })
  marked.use({ renderer: { html: ({ text }) => escapeForeign(text) } })
  return marked.parse(markdown)
}

/** Tags that are not ours are shown, not obeyed. */
function escapeForeign(html: string): string {
  const ours = [...html.matchAll(OUR_TAGS)].map(([tag]) => tag)
  const texts = html.split(OUR_TAGS).map((part) => part.replaceAll('<', '&lt;'))
  return texts.map((part, index) => part + (ours[index] ?? '')).join('')
}
