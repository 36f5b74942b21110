/**
 * `node perform.ts PART`: disturbs the stories of this part and prints their matrices as JSON.
 * `node perform.ts PART some`: only in the ways that `npm test` plays.
 * `node perform.ts pairs COUNT SEED`: the same for two calls at a time.
 */
import { disturb, type Choice, type Matrix } from './support/matrix.ts'
import { disturbPairs } from './support/pairs.ts'
import { cellsOf, chooser, readPage, sampleOf } from './support/sample.ts'
import { STORIES, type Part } from './support/stories.ts'
import { openTheatre, type Theatre } from './support/theatre.ts'

async function matricesOf(
  theatre: Theatre,
  part: Part,
  isChosen: Choice,
): Promise<readonly Matrix[]> {
  const matrices: Matrix[] = []
  for (const story of STORIES[part]) matrices.push(await disturb(theatre, story, isChosen))
  return matrices
}

const chosen = async (): Promise<Choice> => chooser(sampleOf(cellsOf(await readPage())))

const [what, count, seed] = process.argv.slice(2)
const theatre = await openTheatre()
const found =
  what === 'pairs'
    ? await disturbPairs(theatre, { count: Number(count), seed: Number(seed) })
    : await matricesOf(theatre, what as Part, count === 'some' ? await chosen() : () => true)
await theatre.close()
process.stdout.write(JSON.stringify(found))
