/** Text of a tool, as people can read it anywhere. */

/** Colours and the like (ECMA-48): `ESC [ … m`, and `ESC ] … BEL` of links in a terminal. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g
/** But for the tab and the line end. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Without colours and control characters, and no longer than `longest` characters. */
export function plainText(text: string, longest: number): string {
  // What is cut away anyway need not be cleaned; colours are seldom more than half of a message.
  const plain = text
    .slice(0, longest * 4)
    .replace(ESCAPES, '')
    .replace(CONTROL, '')
  // The copy lets the whole message go, of which a slice would hold all.
  return plain.length <= longest ? plain : Buffer.from(plain.slice(0, longest)).toString()
}
