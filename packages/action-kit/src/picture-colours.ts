/** Styles of mermaid for what is bad and what is good: GitHub's own colours, readable on white and on black. */
export const BAD = 'fill:#ffebe9,stroke:#cf222e,color:#1f2328'
export const GOOD = 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328'
