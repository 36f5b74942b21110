/** `image` and `container-name`: which container gets which image. */
import type { ImageChoice } from './container-images.ts'
import type { Findings } from './findings.ts'

/** Several names stand side by side, with commas, as in the official render action. */
export const readContainerNames = (given = ''): readonly string[] =>
  given
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** `isNeededElsewhere`: there are other inputs for the containers that `container-name` names. */
export function readImages(
  given: readonly string[],
  containers: readonly string[],
  isNeededElsewhere: boolean,
  { problems }: Findings,
): readonly ImageChoice[] {
  const images = given.map(readImage)
  const unnamed = images.filter((each) => each.container === undefined)
  if (containers.length > 0 && !isNeededElsewhere) {
    if (images.length === 0) {
      problems.push(
        `Input 'container-name' needs an 'image' to go with it, or something else to set.`,
      )
    } else if (unnamed.length === 0) {
      problems.push(
        `Input 'container-name' is '${containers.join(',')}', but 'image' names its containers itself. Remove one of them.`,
      )
    }
  }
  if (images.length > 1 && unnamed.length > 0) {
    const example = unnamed[0]?.image ?? ''
    problems.push(
      `Input 'image' has several lines, so each has to name its container: NAME=${example}`,
    )
  }
  const choices = images.flatMap(({ container, image }): readonly ImageChoice[] =>
    container === undefined && containers.length > 0
      ? containers.map((name) => ({ container: name, image }))
      : [{ container, image }],
  )
  const names = choices.map((each) => each.container)
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index)
  if (twice !== undefined) problems.push(`Input 'image' names the container '${twice}' twice.`)
  return choices
}

/** `NAME=IMAGE` or `IMAGE`; a container's name has no `/`, `.` or `:` in it, an image reference no `=`. */
function readImage(line: string): ImageChoice {
  const [, container, image] = /^([\w-]+)=(.+)$/.exec(line) ?? []
  return image === undefined ? { container: undefined, image: line } : { container, image }
}
