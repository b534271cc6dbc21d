// Elements, made and found.

export const $ = (id) => document.getElementById(id);

// h("button.small", { type: "button", onclick: f }, "text", child): properties that start with "on" are listeners.
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) set(element, key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function set(element, key, value) {
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (value === false || value === null || value === undefined) element.removeAttribute(key);
  else element.setAttribute(key, value === true ? "" : String(value));
}

// A scenario's name as a heading: "full-capture" is "Full capture".
export const heading = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");

// Says something to those who listen to the page instead of looking at it.
export function announce(words) {
  $("live").textContent = words;
}

// A result of the crate as a badge: what it is, and its code.
export function badge(result, code) {
  return h(`span.badge.is-${result}`, {}, result.replace("-", " "), code ? h("code", {}, code) : null);
}

// A provider's error in its own words.
export const worded = ({ http_status, code, message }) =>
  `HTTP ${http_status} ${code}${message ? `: ${message}` : ""}`;

export function ruleLink(code, words = code) {
  return h("a", { href: `#rule-${code}`, class: "rule-link" }, words);
}

// A text for the clipboard, and a word about it on the button.
export async function copy(text, button, field) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    field?.focus();
    field?.select();
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => {
    button.textContent = before;
  }, 1500);
}

export function download(name, text) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
