import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { marked } from 'marked'
import { ROOT } from '../support/run-bundle.ts'
import type { ReleaseRecord } from './checks.ts'

const FOLDER = join(ROOT, 'demo-report')

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 980px; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
  section { border: 1px solid #d0d7de; border-radius: 6px; padding: 0 1.5rem 1rem; margin: 1.5rem 0 }
  table { border-collapse: collapse; display: block; overflow-x: auto }
  th, td { border: 1px solid #d0d7de; padding: 4px 10px; text-align: left; vertical-align: top }
  th { background: #f6f8fa }
  code, pre { background: #f6f8fa; border-radius: 4px; padding: 1px 4px; font-size: 13px }
  pre { padding: 10px; overflow-x: auto }
  .bad { color: #cf222e; font-weight: 600 }`

/** Writes demo-report/: one page with the table and every job summary, as GitHub would show them. */
export async function writePages(records: readonly ReleaseRecord[]): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(FOLDER, { recursive: true })
  const sections = await Promise.all(records.map(section))
  const body = [
    '<h1>ecs-pipeline demo</h1>',
    '<p>Job summaries of four releases, as the deploy action wrote them. Times are AWS time.</p>',
    overview(records),
    ...sections,
  ].join('\n')
  await writeFile(join(FOLDER, 'index.html'), page(body))
  await Promise.all(
    records.map((record) => writeFile(join(FOLDER, `${record.version}.md`), record.summary)),
  )
}

function overview(records: readonly ReleaseRecord[]): string {
  const rows = records.map((record) => {
    const failed = record.traffic ? String(record.traffic.failed) : '-'
    const served = record.traffic ? String(record.traffic.served) : '-'
    const cells = [
      record.version,
      record.story,
      record.outcome,
      record.took,
      served,
      failed,
      record.servedVersion,
    ]
    return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`
  })
  const heads = ['Release', 'Story', 'Outcome', 'Took', 'Served', 'Failed', 'Users get']
  const head = heads.map((each) => `<th>${each}</th>`).join('')
  return `<table><tr>${head}</tr>${rows.join('')}</table>`
}

async function section(record: ReleaseRecord): Promise<string> {
  const html = await marked.parse(record.summary)
  const problems = record.problems.map((each) => `<p class="bad">${escape(each)}</p>`).join('')
  return `<section id="r${escape(record.version)}">${html}${problems}</section>`
}

const page = (body: string): string =>
  `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>ecs-pipeline demo</title><style>${STYLE}</style>\n<body>${body}</body></html>\n`

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
