// What was checked and how it came out.

export const failures = [];
let passed = 0;

export function check(words, holds, detail = "") {
  if (holds) passed += 1;
  else {
    failures.push(`${words}${detail ? `: ${detail}` : ""}`);
    console.error(`FAILED  ${failures.at(-1)}`);
  }
  return holds;
}

export function equal(words, actual, expected) {
  return check(words, actual === expected, `${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

export const tally = () => ({ passed, failed: failures.length });
