import { disturb } from './support/matrix.ts'
import { openTheatre } from './support/run-story.ts'
import { STORIES } from './support/stories.ts'
const stage = await openTheatre()
const all = [...STORIES.releases, ...STORIES.rollbacks]
for (const story of process.argv[2] ? [all[Number(process.argv[2])]!] : all) {
  const t = Date.now()
  const matrix = await disturb(stage, story)
  console.log(story.name, matrix.runs, 'runs', Date.now() - t, 'ms')
  for (const row of matrix.rows)
    console.log(
      `${row.operation}@${row.phase}`.padEnd(42),
      [...row.cells].map(([k, v]) => `${k}=${v}`).join(' '),
    )
  console.log(matrix.problems.map((each) => '  ! ' + each.slice(0, 500)).join('\n'))
}
await stage.close()
