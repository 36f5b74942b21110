/** `node perform.ts releases|rollbacks`: disturbs these stories and prints their matrices as JSON. */
import { disturb, type Matrix } from './support/matrix.ts'
import { openTheatre } from './support/run-story.ts'
import { STORIES } from './support/stories.ts'

const stories = process.argv[2] === 'releases' ? STORIES.releases : STORIES.rollbacks
const theatre = await openTheatre()
const matrices: Matrix[] = []
for (const story of stories) matrices.push(await disturb(theatre, story))
await theatre.close()
process.stdout.write(JSON.stringify(matrices))
