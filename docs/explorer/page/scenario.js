// The scenario that is played, as texts: a step from outside is never rewritten.

import { ask, deflated, inflated } from "./module.js";

export const FRESH = {
  name: "my-scenario",
  note: null,
  notes: "",
  head: '"provider":"juspay","gateway":"CYBERSOURCE"',
  amount: "100.00",
  currency: "INR",
  parts: false,
  steps: [],
};

// What is played, how many steps are done, which transaction is looked at (null: that of the last step).
export const state = { scenario: { ...FRESH }, at: 0, transaction: null, past: [] };

export function lineOf({ name, head, notes, amount, currency, parts, steps }) {
  const order = JSON.stringify(parts ? { amount, currency, parts } : { amount, currency });
  const keys = [`"name":${JSON.stringify(name)}`, notes, head, `"order":${order}`].filter(Boolean);
  return `{${keys.join(",")},"steps":[${steps.join(",")}]}`;
}

// One step: an action as text without braces, beside it the transaction and the time where they are stated.
export function stepText(action, { transaction, at } = {}) {
  const beside = [];
  if (transaction && transaction !== "t1") beside.push(`"txn":${JSON.stringify(transaction)}`);
  if (at) beside.push(`"at":${JSON.stringify(at)}`);
  return `{${[...beside, action].join(",")}}`;
}

function remember() {
  state.past.push({ scenario: state.scenario, at: state.at, transaction: state.transaction });
  if (state.past.length > 200) state.past.shift();
}

export function undo() {
  const before = state.past.pop();
  if (before) Object.assign(state, before);
  return Boolean(before);
}

// A step done now; what had come after it is gone.
export function act(text) {
  remember();
  const { scenario, at } = state;
  state.scenario = { ...scenario, steps: [...scenario.steps.slice(0, at), text] };
  state.at = at + 1;
  state.transaction = null;
}

export function load(scenario, at) {
  remember();
  const { name, note = null, notes = "", head, amount, currency, parts = false, steps } = scenario;
  Object.assign(state, {
    scenario: { name, note, notes, head, amount, currency, parts, steps },
    at: Math.min(at, steps.length),
    transaction: null,
  });
}

export function change(fields) {
  remember();
  state.scenario = { ...state.scenario, ...fields };
}

export function go(at) {
  state.at = Math.max(0, Math.min(at, state.scenario.steps.length));
  state.transaction = null;
}

// A link contains the line, deflated, and the place in it.
export async function toFragment() {
  const bytes = await deflated(lineOf(state.scenario));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `#s=${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}&at=${state.at}`;
}

export async function fromFragment(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const text = fields.get("s").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const line = new TextDecoder().decode(await inflated(bytes));
  const [found] = ask({ ask: "read", text: line });
  if (!found || found.problem) throw new Error(found?.problem ?? "there is no scenario in it");
  const at = Number.parseInt(fields.get("at"), 10);
  load(found, Number.isNaN(at) ? found.steps.length : Math.max(0, at));
}
